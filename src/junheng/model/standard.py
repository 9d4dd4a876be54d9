"""What a standard is: frozen values, read from YAML, dated, with clause and quote.

`Standard.on(day)` gives the standard with only what is in force on that day; everything that
judges takes such a one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from junheng.model.dated import in_force, only
from junheng.model.limit import Condition, Limit, Period
from junheng.model.reference import Document, Label, Reference


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of columns or facts: those added and those taken away. Unknown if one is unknown."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names in it."""
        return self.plus + self.minus


@dataclass(frozen=True, slots=True)
class Indicator:
    """One resource indicator of a section: value = per × amount ÷ pupils."""

    id: str
    number: str
    label: Label
    unit: str
    amount: Sum
    per: float
    limits: tuple[Limit, ...]
    reference: Reference
    note: str = ""

    @property
    def limit(self) -> Limit | None:
        """The limit in force, of a standard as of a day."""
        return only(self.limits)


CheckKind = Literal["attested", "facts", "grade", "every", "rooms", "opinions", "points", "balance"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing an item asks. Which fields matter depends on the kind:

    attested: `of` one fact, 1 or 0 · facts: `times` × `of` ÷ `per` of county facts · grade: a fact
    that holds a place on `scale` (1 = first) · every: `times` × `of` ÷ `per` of every `unit`
    (class, section, school) where `where` holds · rooms: enough special rooms of each of `uses`
    for the classes · opinions: satisfied ÷ valid forms · points: a fact of at most `most` ·
    balance: every coefficient of variation of `part` within its limit.
    """

    kind: CheckKind
    id: str
    label: Label
    unit: str
    of: Sum = field(default=Sum(()))
    per: Sum | None = None
    times: float = 1.0
    where: Condition = ()
    over: Literal["class", "section", "school", ""] = ""
    includes: tuple[str, ...] = ()
    """Of `every` school: reasons for which a school is left out of scope and is looked at here."""
    uses: tuple[str, ...] = ()
    classes_per_room: int = 0
    scale: tuple[Label, ...] = ()
    groups: tuple[str, ...] = ()
    most: float | None = None
    part: str = ""
    limits: tuple[Limit, ...] = ()

    @property
    def limit(self) -> Limit | None:
        """The limit in force, of a standard as of a day."""
        return only(self.limits)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a part: met when every check of it is met."""

    id: str
    number: str
    label: Label
    text: str
    reference: Reference
    checks: tuple[Check, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SectionRule:
    """How many of the indicators a section must reach, and how far the others may fall short."""

    since: dt.date
    until: dt.date | None
    indicators: tuple[str, ...]
    at_least: int
    floor: float | None
    """Each of the rest must reach floor × limit; None: no floor."""
    reference: Reference


@dataclass(frozen=True, slots=True)
class BalanceRule:
    """Which coefficients of variation are compared with the limit: each, or their mean."""

    judged: Literal["each", "mean"]
    indicators: tuple[str, ...]
    limits: tuple[Limit, ...]

    @property
    def limit(self) -> Limit | None:
        """The limit in force, of a standard as of a day."""
        return only(self.limits)


@dataclass(frozen=True, slots=True)
class ItemRule:
    """How items make a verdict: every one met, or points that reach a limit."""

    judged: Literal["every", "points"]
    items: tuple[Item, ...]
    limits: tuple[Limit, ...] = ()

    @property
    def limit(self) -> Limit | None:
        """The limit in force, of a standard as of a day."""
        return only(self.limits)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a county's verdict; it passes when all that it holds passes."""

    id: str
    label: Label
    sections: tuple[SectionRule, ...] = ()
    balance: BalanceRule | None = None
    items: ItemRule | None = None
    waits_for: Label | None = None
    """Why the part cannot be judged until an overlay says more; None when it can."""

    @property
    def section_rule(self) -> SectionRule | None:
        """The rule in force, of a standard as of a day."""
        return only(self.sections)


@dataclass(frozen=True, slots=True)
class Easement:
    """A dated relief: where one of the conditions holds, more is counted or a limit is looser."""

    id: str
    label: Label
    text: str
    periods: tuple[Period, ...]
    where: tuple[Condition, ...]
    """Any one of them."""
    target: str
    """Id of the indicator or item it eases."""
    adds: tuple[str, ...] = ()
    """Columns added to the indicator's amount."""
    limit: Limit | None = None
    """The looser limit (of rooms: by use)."""
    admits: Label | None = None
    """What may be counted in the reported figure itself, on evidence."""
    needs: tuple[str, ...] = ()
    """County facts that must be attested (1) before the relief may be used."""


ALWAYS_LEFT_OUT = ("level_not_judged", "no_pupils")
"""Why a section is left out under every standard."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Sections that a standard leaves out, and why."""

    reason: str
    label: Label
    where: Condition


@dataclass(frozen=True, slots=True)
class Fact:
    """A county fact that checks may use."""

    id: str
    label: Label
    unit: str
    form: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """After how many failing years in a row a title is proposed for withdrawal."""

    parts: tuple[str, ...]
    failing_years: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step of the procedure and its day of the year."""

    step: Label
    due: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Standard:
    """A whole standard: who is judged, by what, and when a county passes."""

    id: str
    label: Label
    since: dt.date
    until: dt.date | None
    documents: Mapping[str, Document]
    levels: tuple[str, ...]
    weights: Mapping[str, float]
    exclusions: tuple[Exclusion, ...]
    indicators: tuple[Indicator, ...]
    parts: tuple[Part, ...]
    veto: tuple[Item, ...]
    eligibility: tuple[Item, ...]
    easements: tuple[Easement, ...]
    facts: Mapping[str, Fact]
    options: Mapping[str, str]
    recheck: Recheck | None
    timetable: tuple[Deadline, ...]
    note: str
    digest: str
    """SHA-256 of the files it was read from: its version."""
    overlays: tuple[str, ...] = ()
    as_of: dt.date | None = field(default=None, compare=False)

    def on(self, day: dt.date) -> Standard:
        """Give this standard with only what is in force on a day."""
        held: Standard = _on(self, day)
        return replace(held, as_of=day)

    def indicator(self, name: str) -> Indicator:
        """Give an indicator by its id; KeyError when there is none."""
        return next((i for i in self.indicators if i.id == name), None) or _missing(name)

    @property
    def section_rule(self) -> SectionRule | None:
        """The rule on sections, whichever part holds it, of a standard as of a day."""
        return next((p.section_rule for p in self.parts if p.section_rule), None)

    @property
    def balance_rule(self) -> BalanceRule | None:
        """The rule on balance, whichever part holds it."""
        return next((p.balance for p in self.parts if p.balance), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a section is left out, in the order in which it is asked."""
        return (*ALWAYS_LEFT_OUT, *(exclusion.reason for exclusion in self.exclusions))

    def every_item(self) -> tuple[tuple[str, Item], ...]:
        """Give every item with the group it stands in (a part's id, veto or eligibility)."""
        parts = [(p.id, item) for p in self.parts if p.items for item in p.items.items]
        return (
            *parts,
            *(("veto", item) for item in self.veto),
            *(("eligibility", item) for item in self.eligibility),
        )


def _missing(name: str) -> Any:
    raise KeyError(name)


def _on(value: Any, day: dt.date) -> Any:
    """Cut every dated list inside a value to a day."""
    if isinstance(value, tuple):
        kept = in_force(value, day) if value and hasattr(value[0], "since") else value
        cut = tuple(_on(item, day) for item in kept)
        return tuple(e for e in cut if not (isinstance(e, Easement) and not e.periods))
    if isinstance(value, (Indicator, Check, Item, BalanceRule, ItemRule, Part, Easement, Standard)):
        changes = {f.name: _on(getattr(value, f.name), day) for f in fields(value) if f.init}
        return replace(value, **changes)
    return value
