"""How each unit is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from junheng.model.load import new_context
from junheng.model.reference import Label
from junheng.model.strict import Slips


@cache
def units() -> Mapping[str, Label]:
    """Give every unit by its name."""
    return new_context(Slips()).units
