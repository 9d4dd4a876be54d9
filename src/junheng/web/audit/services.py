"""Adding to the log, inside the transaction of the change that is told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from junheng.web.audit.chain import START, digest
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
        "details": _plain(details or {}),
        "previous": chain.head,
    }
    entry = Entry(
        chain=chain, digest=digest(row), **{k: row[k] for k in row if k != "organisation"}
    )
    entry.save(force_insert=True)
    chain.length, chain.head = entry.number, entry.digest
    chain.save(update_fields=["length", "head"])
    return entry


def head_of(organisation: Organisation) -> str:
    """Give the head of an organisation's log as receipts print it: CODE:NUMBER:DIGEST."""
    owner = _owner(organisation)
    chain = Chain.objects.filter(organisation=owner).first()
    length, head = (chain.length, chain.head) if chain else (0, START)
    return f"{owner.code}:{length}:{head}"


def _plain(value: Any) -> Any:
    """Keep only what both databases give back exactly as it was hashed: all else as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    return str(value).replace("\0", "")


def _owner(organisation: Organisation) -> Organisation:
    owner = organisation
    while owner.kind not in OF_ITS_OWN and owner.parent is not None:
        owner = owner.parent
    return owner


def _locked(organisation: Organisation) -> Chain:
    owner = _owner(organisation)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An entry of the log needs a transaction.")
    chains = Chain.objects.select_for_update(of=("self",)).select_related("organisation")
    chain = chains.filter(organisation=owner).first()
    if chain is None:
        Chain.objects.get_or_create(organisation=owner)
        chain = chains.get(organisation=owner)
    return chain
