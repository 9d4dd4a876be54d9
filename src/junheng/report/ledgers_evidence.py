"""The list of evidence: what the data hold of each line, what they lack, what only paper shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from junheng.model.build import NO_LABEL
from junheng.model.reference import Label
from junheng.model.standard import Item
from junheng.model.tables import TABLES
from junheng.report.bundle import Bundle
from junheng.report.forms.page import Cells
from junheng.report.kinds import KINDS
from junheng.report.ledgers_guide import Evidence, guide_of
from junheng.report.ledgers_pages import Ledger, count, empty, page, text, told

Row = Mapping[str, Any]
_COLUMNS = (("number", 12.0), ("group", 34.0), ("evidence", 130.0), ("there", 66.0),
            ("lacking", 76.0), ("paper", 24.0), ("kept_at", 40.0), ("department", 50.0))  # fmt: skip
_PAPER = 5


def evidence(bundle: Bundle) -> Ledger:
    """List the evidence; a standard without a list has a line an item."""
    guide = guide_of(bundle.standard.id)
    items = {item.id: item for _, item in bundle.standard.every_item()}
    lines = guide.evidence or tuple(
        Evidence(Label(word := bundle.words.group(group), word), NO_LABEL, (item.id,), (), "")
        for group, item in bundle.standard.every_item()
    )
    rows = [_line(bundle, n, line, items) for n, line in enumerate(lines, 1)]
    papers = [told(bundle, f"paper_{state}") for state in ("open", "in", "none")]
    said = (guide.note, guide.evidence_note, told(bundle, "paper_note"))
    notes = [note for note in said if note]
    return Ledger(page(bundle, "evidence", _COLUMNS, rows, notes), {_PAPER: papers})


def _line(bundle: Bundle, number: int, line: Evidence, items: Mapping[str, Item]) -> Cells:
    named = [items[name] for name in line.items if name in items]
    groups = {item.id: group for group, item in bundle.standard.every_item()}
    title = line.title.say(bundle.words.language) or "；".join(
        f"{bundle.words.group(groups[item.id])} {item.number} {item.text}" for item in named
    )
    there, lacking = _seen(bundle, line, named)
    departments = guide_of(bundle.standard.id).departments
    who = [name for item in named for name in departments.get(item.id, ())]
    return (
        count(number), text(line.group.say(bundle.words.language)), text(title), text("；".join(there) or told(bundle, "paper_only")),
        text("；".join(lacking) or told(bundle, "nothing_lacks")), text(told(bundle, "paper_open")),
        empty(), text("、".join(dict.fromkeys(who)) or told(bundle, "to_be_named")),
    )  # fmt: skip


def _seen(bundle: Bundle, line: Evidence, items: list[Item]) -> tuple[list[str], list[str]]:
    """Say what the data hold of a line, and what they lack."""
    there: list[str] = []
    lacking: list[str] = []
    if line.made in KINDS:
        there.append(
            told(bundle, "made_here", kind=KINDS[line.made].label.say(bundle.words.language))
        )
    for name in line.tables:
        full = name in bundle.tables and bundle.tables[name].height
        (there if full else lacking).append(told(bundle, "table", table=TABLES[name].zh))
    rows = bundle.county.items.filter(pl.col("item").is_in([item.id for item in items]))
    answered = {(r["item"], r["check"]): _answered(r) for r in rows.iter_rows(named=True)}
    for item in items:
        for check in item.checks:
            known = answered[item.id, check.id]
            (there if known else lacking).append(check.label.say(bundle.words.language))
    return there, lacking


def _answered(row: Row) -> bool:
    """Say whether all that a check needs was reported."""
    if row["units"] is not None:
        return not row["unknown"]
    return row["value"] is not None or row["verdict"] != "not_assessed"
