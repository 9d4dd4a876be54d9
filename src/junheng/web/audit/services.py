"""Adding to the log, inside the transaction of the change that is told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from junheng.web.audit.chain import START, digest
from junheng.web.audit.models import Chain, Entry
from junheng.web.audit.prepared import Given, Prepared, PreparedChange, PreparedInsert

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
    _ENTRY.add(entry)
    _HEAD.make(chain=chain.pk, length=entry.number, head=entry.digest)
    return entry


_ENTRY = PreparedInsert(Entry)
_HEAD = PreparedChange(
    lambda: (
        Chain.objects.filter(pk=Given("chain")),
        {"length": Given("length"), "head": Given("head")},
    )
)


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
    chain = _CHAIN.one(owner=owner.pk)
    if chain is None:
        Chain.objects.get_or_create(organisation=owner)
        chain = _CHAIN.rows(owner=owner.pk)[0]
    return chain


_CHAIN = Prepared(
    lambda: (
        Chain.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(organisation=Given("owner"))
    )
)
