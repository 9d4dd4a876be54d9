"""What a rule is: data read from YAML, of one of a closed list of kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from junheng.model.limit import Condition
from junheng.model.reference import Label

Family = Literal["logic", "experience"]
"""logic: contradicts itself, must be mended; experience: unusual, to be mended or explained."""
FAMILIES = ("logic", "experience")
Option = tuple[str, ...]
KINDS: Mapping[str, tuple[Option, Option]] = {
    "part_whole": (("columns", "whole"), ()),
    "ratio_range": (("columns",), ("per", "times", "low", "high", "least")),
    "both_or_neither": (("columns", "of"), ()),
    "whole_numbers": (("columns",), ()),
    "code_format": (("columns",), ("digits", "at", "words", "like", "made_up")),
    "not_together": (("columns", "where"), ()),
    "rows_add_up": (("columns", "rows", "add", "must"), ()),
    "no_parent": (("columns",), ()),
    "levels_of_kind": (("columns", "levels", "must"), ()),
    "repeated": (("columns", "by", "least"), ()),
    "far_away": (("columns", "least", "beyond"), ()),
    "outlier": (("columns", "per", "bands", "least", "beyond"), ("times",)),
    "change": (("columns", "low", "high", "least"), ()),
    "changed": (("columns",), ()),
    "gone": ((), ()),
    "unchanged": (("columns", "least"), ()),
    "heaping": (("columns", "from", "least", "beyond"), ()),
    "bunching": (("columns", "within", "least", "beyond"), ()),
}
"""Each kind of rule, the parameters it must have, and those it may have."""
BLANKS = ("found", "expected", "count", "text", "other", "level", "row", "year")
"""What a message may leave blank."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Which fields matter depends on the kind:

    part_whole: the sum of `columns` is at most that of `whole` · ratio_range: `times` × `columns` ÷
    `per` lies from `low` to `high`, where `per` is `least` or more · both_or_neither: both `columns` are above 0 or neither is (`of`
    amounts), both are filled in or neither is (`of` cells) · whole_numbers: each of `columns` is
    whole · code_format: a code has `digits` digits, or the two from `at` on are one of `words` or
    begin the column `like`; schools whose names begin with `made_up` are spared · not_together: no
    row is as `where` says · rows_add_up: `columns` is (`must` equal) or bounds (at_most) what the
    table `rows` adds up to: `add` is a column, or rows to count them · no_parent: a row's section
    exists · levels_of_kind: a school has the `levels` of its kind (`must` have), or no others (have_only)
    · repeated: no two rows `by` these keys are alike in `columns`, of which `least` must be filled
    in · far_away: within `beyond` km of the middle of the county's `least` or more schools ·
    outlier: `columns` ÷ `per` is within `beyond` robust standard deviations of `least` or more peers
    (same kind, level, band of pupils) · change: `columns` are `low` to `high` times last year's,
    unless they differ by less than `least` · changed: `columns` are as last year · gone: last year's
    school is there · unchanged: not all of `least` or more `columns` are as last year · heaping: of
    `least` or more values from `from` on, those that end in 0 or 5 are not `beyond` standard
    deviations more than a fifth · bunching: `least` or more values `within` a part above a
    standard's limit are not `beyond` standard deviations more than their neighbours.
    """

    id: str
    family: Family
    table: str
    kind: str
    label: Label
    message: Label
    mend: Label
    why: Label
    where: Condition = ()
    columns: Option = ()
    whole: Option = ()
    per: Option = ()
    times: float = 1.0
    low: float | None = None
    high: float | None = None
    of: str = ""
    digits: int = 0
    at: int = 0
    words: Option = ()
    like: str = ""
    made_up: str = ""
    rows: str = ""
    add: str = ""
    must: str = ""
    levels: Mapping[str, Option] = field(default_factory=dict)
    by: Option = ()
    least: float = 0.0
    beyond: float = 0.0
    bands: tuple[float, ...] = ()
    start: float = 0.0
    within: float = 0.0

    def cells(self) -> Option:
        """Name the columns of its table that a finding points at."""
        return (*self.columns, *self.whole, *self.per)
