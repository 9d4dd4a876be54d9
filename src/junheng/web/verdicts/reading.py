"""A stored verdict as the rows of a page: named, rounded as on the forms, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from junheng.model.standard import Standard
from junheng.report.words import MARKS, Words

Row = dict[str, Any]
_FIRST = {"fail": 0, "not_assessed": 1, "pass": 2}
_LOOK = {
    "pass": "success",
    "met": "success",
    "near": "warning",
    "fail": "danger",
    "unmet": "danger",
    "not_assessed": "secondary",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as a page shows it: a mark, a word, and a colour that adds nothing to them."""

    mark: str
    word: str
    look: str


def said(words: Words, verdict: str) -> Said:
    """Say a verdict."""
    return Said(MARKS[verdict], words.verdict(verdict), _LOOK[verdict])


class Page:
    """One county's verdict, read row by row."""

    def __init__(self, county: Row, standard: Standard, language: str) -> None:
        self.county, self.standard = county, standard
        self.words = Words(standard, language)

    def said(self, verdict: str) -> Said:
        """Say a verdict."""
        return said(self.words, verdict)

    @property
    def verdict(self) -> Said:
        """The verdict on the county."""
        return self.said(self.county["verdict"])

    @property
    def parts(self) -> list[Row]:
        """Each part and its verdict, in the order of the form."""
        return [
            {"name": self.words.part(part), "said": self.said(verdict)}
            for part, verdict in self.county["parts"].items()
        ]

    @property
    def balance(self) -> Iterator[Row]:
        """Each coefficient against its limit, level by level."""
        for row in self.county["balance"]:
            cv, limit = row["cv"], row["limit"]
            over = None if cv is None or limit is None else cv - limit
            yield {
                **row,
                "level_name": self.words.level(row["level"]),
                "number": self.words.numbered(row["indicator"])[0],
                "name": self.words.numbered(row["indicator"])[1],
                "mean": self.words.mean(row["mean"]),
                "cv": self.words.number(cv, 3),
                "cv_value": cv,
                "distance": "" if over is None else f"{over:+.3f}",
                "explained": row["indicator"] != "composite",
                "said": self.said(row["verdict"]) if limit is not None else None,
            }

    @property
    def sections(self) -> list[Row]:
        """Each section of a school, the failing first, then the larger first."""
        ordered = sorted(
            self.county["sections"], key=lambda s: (_FIRST[s["verdict"]], -(s["pupils"] or 0))
        )
        return [self._section(section) for section in ordered]

    def sections_of(self, school: str) -> list[Row]:
        """Give the sections of one school."""
        return [section for section in self.sections if section["school"] == school]

    def _section(self, section: Row) -> Row:
        rows = [self._indicator(row) for row in section["indicators"]]
        return {
            **section,
            "level_name": self.words.level(section["level"]),
            "said": self.said(section["verdict"]),
            "indicators": rows,
            "lacks": [row for row in rows if row["verdict"] in ("unmet", "near")],
            "open": [row for row in rows if row["verdict"] == "not_assessed"],
        }

    def _indicator(self, row: Row) -> Row:
        number, name = self.words.numbered(row["indicator"])
        limit = row["limit"]
        unit = self.words.unit(self.standard.indicator(row["indicator"]).unit)
        return {
            **row,
            "number": number,
            "name": name,
            "unit": unit,
            "amount": self.words.amount(row["amount"]),
            "value": self.words.number(row["value"], 2),
            "limit": "" if limit is None else f"{limit:,.10g}",
            "said": self.said(row["verdict"]),
        }

    @property
    def items(self) -> list[Row]:
        """Each check of the items: what is not met first, then what is open."""
        order = {"unmet": 0, "not_assessed": 1, "met": 2}
        rows = [row for row in self.county["items"] if row["part"] != "veto"]
        return [self._item(row) for row in sorted(rows, key=lambda r: order[r["verdict"]])]

    @property
    def items_by_part(self) -> list[Row]:
        """The checks of the items part by part, in the order of the form."""
        found: dict[str, Row] = {}
        for row in self.items:
            part = found.setdefault(row["part"], {"name": row["group"], "rows": []})
            part["rows"].append(row)
        order = [*self.county["parts"], *found]
        return [found[part] for part in sorted(found, key=order.index)]

    @property
    def vetoes(self) -> list[Row]:
        """The vetoes that hold."""
        held = [r for r in self.county["items"] if r["part"] == "veto" and r["verdict"] == "met"]
        return [self._item(row) for row in held]

    def _item(self, row: Row) -> Row:
        known = row["units"] is not None or row["value"] is not None
        return {
            **row,
            "group": self.words.group(row["part"]),
            "name": self.words.item(row["item"]),
            "check_name": self.words.check(row["item"], row["check"]),
            "found": self.words.found(row) if known and row["verdict"] != "met" else "",
            "said": self.said(row["verdict"]),
        }

    @property
    def excluded(self) -> list[Row]:
        """What is left out, and why."""
        return [
            {
                **row,
                "level_name": self.words.level(row["level"]),
                "why": self.words.reason(row["reason"]),
            }
            for row in self.county["excluded"]
        ]
