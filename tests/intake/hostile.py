"""Hostile and damaged files, made from a seed: five families, each file with what it must be told.

Nothing here is downloaded: every file is a sound workbook with one thing turned against its reader.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from hostile_active import that_act
from hostile_old import old_workbooks
from hostile_others import other_files
from hostile_sheets import of_business, of_much, of_sheets
from hostile_xml import of_xml
from hostile_zips import of_zips
from workbook_parts import Attack, Parts, in_rows, packed, sound_parts
from zip_maker import Part, zip_of


def all_attacks(seed: int) -> list[Attack]:
    """Make every named attack."""
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    good = sound_parts()
    families: dict[str, Callable[[Parts, random.Random], Iterator[tuple[str, bytes, str | None]]]]
    families = {"xml": of_xml, "zip": of_zips, "sheet": of_sheets, "much": of_much, "active": that_act,
                "business": of_business}  # fmt: skip
    found = [
        Attack(family, name, data, code)
        for family, make in families.items()
        for name, data, code in make(good, rng)
    ]
    return [*found, *other_files(good, rng), *old_workbooks(rng)]


def few_attacks() -> list[Attack]:
    """Make some that a reader alone lets in, or that end it."""
    good = sound_parts()
    parts = [Part(name, data) for name, data in good.items()]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    formula = b"<row><c r=\"Z9\"><f>cmd|'/c calc'!A0</f><v>1</v></c></row>"
    files = {
        "macros": packed(good | {"xl/vbaProject.bin": b"x"}),
        "DDE": in_rows(good, formula),
        "path": zip_of([*parts, Part("../../etc/cron.d/x", b"x")]),
        "bomb": zip_of([*parts, Part("xl/media/a.png", bytes(2**24))]),
        "corner": in_rows(good, far),
    }
    return [Attack("few", name, data, None) for name, data in files.items()]
