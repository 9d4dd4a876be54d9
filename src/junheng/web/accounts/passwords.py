"""The two password profiles, temporary passwords, and when a password has to be changed.

dengbao  8 characters, three of four classes, changed every 90 days, not one of the last five
asvs     12 characters, no composition, no rotation
Both refuse common passwords and those that contain the user name; `settings` names the validators.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal

CLASSES = 3
KEPT = 5
ROTATION = dt.timedelta(days=90)
TEMPORARY = dt.timedelta(days=30)
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


class SeveralClasses:
    """Three of: lower case, upper case, digits, other characters."""

    def validate(self, password: str, user: Account | None = None) -> None:  # noqa: ARG002
        """Raise ValidationError for fewer classes."""
        kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
        if sum(any(map(kind, password)) for kind in kinds) < CLASSES:
            raise ValidationError(self.get_help_text(), code="classes")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("密码须包含小写字母、大写字母、数字、符号四类中的至少三类。")


class NotTheUserName:
    """The user name is not part of it."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError for a password that contains the user name."""
        if user is not None and user.username and user.username in password.lower():
            raise ValidationError(self.get_help_text(), code="user_name")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("密码不能包含用户名。")


class NotOneOfTheLast:
    """None of the last five, the present one included."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError for a password used lately."""
        if user is not None and any(check_password(password, old) for old in user.old_passwords):
            raise ValidationError(self.get_help_text(), code="used")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("密码不能与最近五次用过的相同。")


def put(account: Account, password: str, *, temporary: bool) -> None:
    """Set a password that fits the profile, and remember it; WebRefusal says what does not fit."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WebRefusal("".join(error.messages)) from error
    account.set_password(password)
    account.old_passwords = [account.password, *account.old_passwords][:KEPT]
    account.must_change_password = temporary
    account.password_changed_at = timezone.now()


def temporary() -> str:
    """Make a password for a slip of paper: three classes, 47 bits, no letters that look alike."""
    upper = _LETTERS.upper()
    groups = (_LETTERS, _DIGITS, upper)
    return "-".join("".join(secrets.choice(group) for _ in range(4)) for group in groups)


def is_due(account: Account) -> bool:
    """Tell whether the password has to be changed before anything else; never in a demo."""
    if settings.DEMO:
        return False
    return account.must_change_password or _older(account, ROTATION, settings.PASSWORD_ROTATES)


def has_run_out(account: Account) -> bool:
    """Tell whether a temporary password was left unused for too long; never in a demo."""
    return _older(account, TEMPORARY, account.must_change_password and not settings.DEMO)


def _older(account: Account, age: dt.timedelta, applies: bool) -> bool:  # noqa: FBT001
    changed = account.password_changed_at
    return applies and changed is not None and timezone.now() - changed > age
