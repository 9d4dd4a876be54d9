"""Organisations in a tree, accounts of named people, and appointments: who holds which role where."""

from __future__ import annotations

import datetime as dt
import logging
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from junheng.web.accounts.roles import Role
from junheng.web.accounts.sealing import Unreadable, marks, seal, unseal

_LOG = logging.getLogger(__name__)


class Kind(models.TextChoices):
    """What an organisation is. The order is that of the levels, from above."""

    NATION = "nation", _("国家")
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    COUNTY = "county", _("县")
    DEPARTMENT = "department", _("部门")
    SCHOOL = "school", _("学校")


BELOW = {
    Kind.NATION: (Kind.PROVINCE,),
    Kind.PROVINCE: (Kind.CITY, Kind.COUNTY),
    Kind.CITY: (Kind.COUNTY,),
    Kind.COUNTY: (Kind.DEPARTMENT, Kind.SCHOOL),
    Kind.DEPARTMENT: (),
    Kind.SCHOOL: (),
}


USER_NAME = RegexValidator(
    r"^[a-z0-9][a-z0-9_.-]{2,39}$",
    _("用户名用3至40个小写字母、数字、点、横线或下划线，以字母或数字开头。"),
)
CODE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9-]{1,31}$", _("代码用2至32个字母、数字或横线，以字母或数字开头。")
)


class Organisation(models.Model):
    """A nation, province, city, county, department or school.

    `path` holds the keys of all above and of itself ("1/4/17/"), so that a tree is a prefix.
    """

    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("代码"), max_length=32, unique=True, validators=[CODE])
    name = models.CharField(_("名称"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=120, unique=True, editable=False)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["path"]
        indexes: ClassVar = [models.Index(fields=["parent", "kind"], name="organisation_below")]

    def __str__(self) -> str:
        return self.name

    @property
    def keys(self) -> list[int]:
        """Give the keys of all organisations above, and its own."""
        return [int(key) for key in self.path.split("/") if key]

    def holds(self, other: Organisation) -> bool:
        """Tell whether the other is this organisation or lies below it."""
        return other.path.startswith(self.path)


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by user name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find by user name, whatever the case of its letters; they are kept in lower case."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """One named person. There are no shared, default or all-powerful accounts.

    Kept of a person: name, post, work phone, work mail. Rights come from appointments alone.
    """

    username = models.CharField(_("用户名"), max_length=40, unique=True, validators=[USER_NAME])
    name = models.CharField(_("姓名"), max_length=40)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    phone = models.CharField(_("办公电话"), max_length=30, blank=True)
    email = models.EmailField(_("工作邮箱"), blank=True)
    language = models.CharField(_("语言"), max_length=8, default="zh-hans")
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True)
    old_passwords = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="created")
    seen_at = models.DateTimeField(null=True)
    """When the person last signed in, or was enabled again: idle accounts are disabled by it."""
    last_login = None  # `seen_at` says it

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = Accounts()

    class Meta:
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """One role of one person at one organisation, from a day on, perhaps until a day."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices)
    begins = models.DateField(_("起"), default=dt.date.today)
    ends = models.DateField(_("止"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    """When it was ended by hand: at once, whatever day `ends` names."""
    appointed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "organisation", "role"],
                condition=models.Q(ends__isnull=True),
                name="one_open_appointment",
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("begins")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.organisation_id}"


class Count(models.Model):
    """How often something was asked for within one span of time, by all workers together."""

    key = models.CharField(max_length=80)
    span = models.PositiveBigIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "span"], name="one_count_a_span")
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.span}: {self.times}"


class Authenticator(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """An authenticator whose key stands sealed in the database."""

    class Meta:
        proxy = True

    @property
    def _about(self) -> str:
        return f"authenticator of {self.user_id}"

    @property
    def bin_key(self) -> bytes:
        """Open the key; Unreadable when it was sealed by another installation."""
        return unseal(self.key, self._about)

    def put_key(self, key: bytes) -> None:
        """Seal a key."""
        self.key = seal(key, self._about)

    def verify_token(self, token: str) -> bool:
        """Check a code, and seal the key anew by the present secret."""
        try:
            self.put_key(self.bin_key)
        except Unreadable:
            _LOG.warning("The authenticator of account %s was sealed elsewhere", self.user_id)
            return False
        return bool(super().verify_token(token))


class RecoveryCodes(StaticDevice):  # type: ignore[misc]
    """Recovery codes on paper; the database holds only what each is known by."""

    class Meta:
        proxy = True

    def add(self, code: str) -> None:
        """Keep what a code is known by."""
        self.token_set.create(token=self._marks(code)[0])

    def verify_token(self, token: str) -> bool:
        """Check a code, which is good once."""
        known = self._marks(token)
        held = self.token_set.filter(token__in=known).values_list("token", flat=True).first()
        return bool(super().verify_token(held or known[0]))

    def _marks(self, code: str) -> list[str]:
        return marks(code, f"recovery codes of {self.user_id}")
