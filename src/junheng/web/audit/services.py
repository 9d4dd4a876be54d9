"""Adding to the log, inside the transaction of the change that is told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from junheng.web.audit.chain import digest
from junheng.web.audit.models import Chain, Entry

if TYPE_CHECKING:
    from junheng.web.accounts.models import Account, Organisation

OF_ITS_OWN = ("nation", "province", "city", "county")
SYSTEM = "system"


def record(
    action: str,
    *,
    by: Account | None,
    organisation: Organisation,
    about: str,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Add one entry to the log of the county (or city, province, nation) the organisation is in.

    `by` is None for the system itself. Outside a transaction it raises TransactionManagementError:
    the entry and the change stand or fall together.
    """
    chain = _locked(organisation)
    row = {
        "organisation": chain.organisation.code,
        "number": chain.length + 1,
        "at": timezone.now().isoformat(timespec="microseconds"),
        "actor": by.username if by else SYSTEM,
        "action": action,
        "about": about,
        "details": dict(details or {}),
        "previous": chain.head,
    }
    entry = Entry(
        chain=chain, digest=digest(row), **{k: row[k] for k in row if k != "organisation"}
    )
    entry.save(force_insert=True)
    chain.length, chain.head = entry.number, entry.digest
    chain.save(update_fields=["length", "head"])
    return entry


def _locked(organisation: Organisation) -> Chain:
    owner = organisation
    while owner.kind not in OF_ITS_OWN and owner.parent is not None:
        owner = owner.parent
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An entry of the log needs a transaction.")
    Chain.objects.get_or_create(organisation=owner)
    return Chain.objects.select_for_update().select_related("organisation").get(organisation=owner)
