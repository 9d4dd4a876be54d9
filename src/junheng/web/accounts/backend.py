"""Who is signed in: the account of a session and the session itself, asked for at every request."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField
from django.utils import timezone

from junheng.web.accounts.models import Account
from junheng.web.audit.prepared import Given, Prepared

_ACCOUNT = Prepared(lambda: Account.objects.filter(pk=Given("pk")))
_SESSION = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key"), expire_date__gt=Given("now", DateTimeField())
    )
)


class Accounts(ModelBackend):
    """Django's own way to sign in, by name and password; the account is found by a kept query."""

    def get_user(self, user_id: int) -> Account | None:
        """Give the account of a session; None if there is none that may sign in."""
        account = _ACCOUNT.one(pk=user_id)
        return account if account is not None and self.user_can_authenticate(account) else None


class SessionStore(db.SessionStore):
    """Django's sessions in the database; found by a kept query."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.one(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
