"""Attacks in files that are no new workbooks: zips of tables, old workbooks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from workbook_parts import Attack, Parts, packed
from zip_maker import Part, zip_of


def other_files(good: Parts, rng: random.Random) -> Iterator[Attack]:
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    locked = ole + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    yield Attack("other", "workbook with a password", locked, "guard_locked")
    yield Attack("other", "old workbook under a new name", ole + bytes(999), "workbook_broken")
    yield Attack("other", "old: password", locked, "guard_locked", ".xls")
    macros = ole + bytes(600) + "_VBA_PROJECT".encode("utf-16-le") + bytes(600)
    yield Attack("other", "old: macros", macros, "guard_active", ".xls")
    yield Attack("other", "old: empty", b"", "workbook_broken", ".xls")
    yield Attack("other", "old: no such file", b"<html/>", "workbook_broken", ".xls")
    yield Attack("other", "old: zeros", ole + bytes(5000), "workbook_broken", ".xls")
    yield Attack("other", "old: noise", ole + rng.randbytes(9000), "workbook_broken", ".xls")
    csv = Part("schools.csv", b"year\n")
    for name, parts, code in (
        ("path", [csv, Part("../x.csv", b"")], "guard_name"),
        ("symlink", [Part("schools.csv", b"/etc/passwd", mode=0o120777)], "guard_link"),
        ("bomb", [Part("schools.csv", bytes(30 * 2**20))], "guard_ratio"),
        ("password", [replace(csv, flags=1)], "guard_locked"),
        ("nothing inside", [], "no_tables"),
    ):
        yield Attack("other", f"zip: {name}", zip_of(parts), code, ".zip")
    yield Attack("other", "zip: noise", rng.randbytes(999), "zip_broken", ".zip")
    laced = packed(good | {"xl/vbaProject.bin": b"x"})
    inner = zip_of([Part("县/county.xlsx", laced)])
    yield Attack("other", "zip: a workbook with macros", inner, "guard_active", ".zip")
