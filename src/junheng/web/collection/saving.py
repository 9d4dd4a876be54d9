"""Saving cells: what another changed meanwhile is never overwritten, a save sent twice counts once.

Each cell of a save stands by itself: one that is refused or contested does not hold up the others.
All that is saved, its revisions, the entry of the log, the county's data version and the receipt
are one transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.audit.together import together
from junheng.web.collection.edits import ROW_ITSELF, RULE, Edit, Refused, understood
from junheng.web.collection.models import (
    CampaignState,
    Filing,
    FilingState,
    Record,
    Revision,
    Save,
    Source,
)
from junheng.web.collection.stored import (
    NEW_REVISION,
    NEW_SAVE,
    SAVE,
    change_record,
    lock,
    raise_data_version,
    records_of,
)

MOST = 5_000
_ENDED = (FilingState.RECOGNISED, FilingState.NOT_RECOGNISED, FilingState.REVOKED)


@dataclass(slots=True)
class Receipt:
    """What became of a save: told again, word for word, when it is sent again."""

    at: str
    saved: list[dict[str, Any]] = field(default_factory=list)
    contested: list[dict[str, Any]] = field(default_factory=list)
    """Cells that somebody else changed meanwhile: theirs, yours, who and when."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    """Cells that cannot be read, with the sentence that says why."""

    @property
    def told(self) -> dict[str, Any]:
        """Give it as it is told to the page, and kept."""
        return {name: getattr(self, name) for name in self.__slots__}


def save_cells(
    filing: Filing,
    edits: Sequence[Edit],
    *,
    by: Account,
    client_key: str,
    source: Source = Source.REPORTED,
    origin: str = "",
) -> Receipt:
    """Save cells of a filing; raises WebRefusal, having changed nothing, if none may be saved.

    What was typed is read before the transaction begins: nobody waits for it.
    """
    if len(edits) > MOST:
        raise WebRefusal(_("一次最多保存%(most)s格。") % {"most": MOST})
    read, digest = list(understood(filing, edits)), _digest(edits, source)

    def save() -> Receipt:
        own = lock(filing)
        earlier = SAVE.one(filing=own.pk, by=by.pk, key=client_key)
        if earlier is not None:
            return _again(earlier, digest)
        may_save(own, by, source)
        receipt = _Saving(own, by, source, origin).save(read)
        kept = {"key": client_key, "digest": digest, "receipt": receipt.told}
        NEW_SAVE.add(Save(filing=own, by=by, **kept))
        return receipt

    return together(save)


def _again(earlier: Save, digest: str) -> Receipt:
    if earlier.digest != digest:
        raise WebRefusal(_("这次保存的编号已经用过，内容却不同。请刷新页面后再保存。"))
    return Receipt(**earlier.receipt)


@transaction.atomic
def save_all(
    filing: Filing, edits: Sequence[Edit], *, by: Account, client_key: str, origin: str
) -> Receipt:
    """Save cells, all or none; raises WebRefusal if one of them cannot be saved."""
    receipt = save_cells(filing, edits, by=by, client_key=client_key, origin=origin)
    if receipt.contested or receipt.refused:
        stopped = (receipt.refused or receipt.contested)[0]
        words = {"n": len(receipt.contested) + len(receipt.refused), "why": stopped["sentence"]}
        raise WebRefusal(
            _("有%(n)s处不能保存，全部没有保存。第一处：%(why)s请重新上传比对。") % words
        )
    return receipt


def may_save(filing: Filing, by: Account, source: Source = Source.REPORTED) -> None:
    """Raise WebRefusal unless this person may change these values of this filing now."""
    if filing.campaign.state != CampaignState.OPEN:
        raise WebRefusal(_("这次填报没有开始或已经结束，不能修改数据。"))
    if source == Source.COUNTED:
        if not scope.may(by, Permission.COUNT, filing.organisation):
            raise WebRefusal(_("您不能登记这个单位的核查数。"))
        if filing.state in _ENDED:
            raise WebRefusal(_("认定工作已经结束，不能再登记核查数。"))
        return
    if not scope.may_at(by, Permission.FILL, filing.organisation):
        raise WebRefusal(_("只有本单位的填报人能填报，上级只能退回。"))
    if not filing.editable:
        words = {"state": filing.get_state_display()}
        raise WebRefusal(_("这份填报现在是“%(state)s”，不能修改。需要修改的，请上级退回。") % words)


def _digest(edits: Sequence[Edit], source: str) -> str:
    told = [{name: getattr(edit, name) for name in edit.__slots__} for edit in edits]
    said = json.dumps([source, *told], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


class _Saving:
    """One save under way: the records it touches, and what has changed in each."""

    def __init__(self, filing: Filing, by: Account, source: Source, origin: str) -> None:
        self.filing, self.by, self.source, self.origin = filing, by, source, origin
        self.receipt = Receipt(timezone.now().isoformat(timespec="seconds"))
        self.records: dict[tuple[str, str], Record] = {}
        self.changes: dict[tuple[str, str], dict[str, list[Any]]] = {}

    def save(self, read: Sequence[tuple[Edit, Any]]) -> Receipt:
        """Save what can be saved, and say what became of each cell."""
        tables, keys = {edit.table for edit, _value in read}, {edit.key for edit, _value in read}
        stored = records_of(self.filing, tables, keys)
        self.records = {(each.table, each.key): each for each in stored}
        for edit, value in read:
            if isinstance(value, Refused):
                self._refuse(edit, value)
            else:
                self._change(edit, value)
        if self.changes:
            self._write()
        return self.receipt

    def _change(self, edit: Edit, value: Any) -> None:
        place = (edit.table, edit.key)
        record_ = self.records.get(place) or Record(
            filing=self.filing, table=edit.table, key=edit.key, removed=True
        )
        held = self._held(record_, edit.column)
        if held == value and not edit.reason:
            self._saved(edit, value)
        elif held != value and not same(held, edit.was):
            self._contest(edit, record_, held, value)
        elif self._lacks_reason(edit, record_, value):
            self._refuse(edit, _("统计数据里已有这一项。填不同的数，请写明更正理由。"))
        else:
            self.records[place] = record_
            self._put(edit, record_, held, value)
            self._saved(edit, value)

    def _held(self, record_: Record, column: str) -> Any:
        if column == ROW_ITSELF:
            return not record_.removed
        if column.startswith(RULE):
            return record_.reasons.get(column)
        return getattr(record_, self.source).get(column)

    def _lacks_reason(self, edit: Edit, record_: Record, value: Any) -> bool:
        corrects = self.source == Source.REPORTED and edit.column in record_.statistics
        corrects = corrects and value not in (None, record_.statistics.get(edit.column))
        return corrects and not (edit.reason.strip() or record_.reasons.get(edit.column))

    def _put(self, edit: Edit, record_: Record, held: Any, value: Any) -> None:
        changes = self.changes.setdefault((edit.table, edit.key), {})
        if edit.column == ROW_ITSELF:
            record_.removed = not value
            changes[edit.column] = [held, value]
            return
        if record_.removed:  # a value makes the row
            record_.removed = False
            changes.setdefault(ROW_ITSELF, [False, True])
        values = record_.reasons if edit.column.startswith(RULE) else getattr(record_, self.source)
        _set(values, edit.column, value)
        if held != value:
            changes[edit.column] = [held, value]
        if reason := edit.reason.strip():
            changes[f"reason:{edit.column}"] = [record_.reasons.get(edit.column), reason]
            record_.reasons[edit.column] = reason

    def _write(self) -> None:
        changed = [self.records[place] for place in self.changes]
        for each in changed:
            if not each._state.adding:
                change_record(each, self.source)
        Record.objects.bulk_create(each for each in changed if each._state.adding)
        NEW_REVISION.add(
            *(
                Revision(
                    record=self.records[place],
                    by=self.by,
                    source=self.source,
                    changes=changes,
                    origin=self.origin,
                )
                for place, changes in self.changes.items()
            )
        )
        raise_data_version(self.filing)
        record(
            "filing.save",
            by=self.by,
            organisation=self.filing.county,
            about=f"filing:{self.filing.pk}",
            details={
                "source": self.source,
                "records": len(self.changes),
                "cells": sum(len(each) for each in self.changes.values()),
                "origin": self.origin,
            },
        )

    def _saved(self, edit: Edit, value: Any) -> None:
        self.receipt.saved.append(edit.place | {"value": value})

    def _refuse(self, edit: Edit, sentence: str) -> None:
        self.receipt.refused.append(edit.place | {"sentence": sentence, "yours": edit.now})

    def _contest(self, edit: Edit, record_: Record, held: Any, value: Any) -> None:
        told = {"theirs": held, "yours": edit.now, "value": value}
        sentence = _said(_last(record_, edit.column, self.source), _word(held), edit.now)
        self.receipt.contested.append(edit.place | told | {"sentence": sentence})


def _last(record_: Record, column: str, source: str) -> Revision | None:
    """Find who changed a cell last; None where it was laid down with the filing itself."""
    same = record_.revisions.filter(source=source).select_related("by").order_by("-pk")
    return next((each for each in same if column in each.changes), None)


def _said(last: Revision | None, held: str, yours: str) -> str:
    words = {"held": held, "yours": yours}
    if last is None:
        return _("这一格现在是“%(held)s”，您填的是“%(yours)s”。") % words
    when = date_format(timezone.localtime(last.at), "DATETIME_FORMAT")
    words |= {"who": last.by.name, "when": when}
    return _("%(who)s在%(when)s把这一格改成了“%(held)s”，您填的是“%(yours)s”。") % words


def same(held: Any, was: Any) -> bool:
    """Tell whether a stored value is the one a page showed; pages hold every value as text."""
    if was is None or was == "":
        return held is None
    if isinstance(held, (int, float)) and isinstance(was, str):
        return str(held) == was or _number(was) == held
    return bool(held == was)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _set(values: dict[str, Any], column: str, value: Any) -> None:
    if value is None:
        values.pop(column, None)
    else:
        values[column] = value


def _word(value: Any) -> str:
    return _("空") if value is None else str(value)
