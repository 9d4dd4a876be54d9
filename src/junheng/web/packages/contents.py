"""What a package's members say, held against each other and against what is known here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter

from junheng import __version__
from junheng.errors import JunhengError, Problem, Problems
from junheng.intake import guard
from junheng.intake.limits import MB, Limits
from junheng.model.tables import TABLES
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.verify_log import check
from junheng.web.collection.cells import column_of
from junheng.web.collection.cells import read as read_cells
from junheng.web.collection.dataset import frames, standard_of
from junheng.web.collection.models import Filing
from junheng.web.collection.rows import filled_columns, known_key, tables_of
from junheng.web.evidence.catalogue import of_county, of_school
from junheng.web.evidence.inspecting import Looked, look
from junheng.web.packages import archive
from junheng.web.packages.archive import OF_EVIDENCE, Package, read
from junheng.web.packages.shapes import PIECES, RECORDS, STEPS, EntryShape, Records
from junheng.web.verdicts.judging import Case, regime_of
from junheng.web.verdicts.services import digest_of

_MOST = 20
_INPUTS = Limits(size=100 * MB, ratio=1000)
"""Tables with much that is unknown shrink a lot."""
Head = tuple[str, int, str]
Names = Mapping[str, str]


def log_problems(package: Package, earlier: list[Head]) -> Iterator[Problem]:
    """Check the county's log: its chain, its head, that it continues what was told before."""
    told = package.manifest.log
    shape = TypeAdapter(EntryShape)
    lines = package.members[archive.LOG].splitlines()
    rows = [read(shape, archive.LOG, line).model_dump() for line in lines]
    code = package.manifest.county.code
    found, length, last = check(rows, [(code, told.number, told.digest), *earlier])
    yield from (Problem("web.package_log", reason=reason) for reason in found[:_MOST])
    if (length, last) != (told.number, told.digest):
        yield Problem("web.package_log_head", told=told.number, found=length)
    known = {row["number"]: row["digest"] for row in rows}
    for step in read(STEPS, archive.STEPS, package.members[archive.STEPS]):
        if known.get(step.log_number) != step.log_digest:
            yield Problem("web.package_step", filing=step.filing, number=step.number)


def record_problems(package: Package, filing: Filing) -> Iterator[Problem]:
    """Check each row and cell by the rules by which what people type is read."""
    records = read(RECORDS, archive.RECORDS, package.members[archive.RECORDS])
    kinds = {each.code: each.kind for each in package.manifest.filings}
    if records.keys() != kinds.keys():
        yield Problem("web.package_shape", name=archive.RECORDS, where="-", reason="schools")
        return
    cells: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for code, rows in records.items():
        places = [(row.table, row.key) for row in rows]
        if len(set(places)) != len(places):
            yield Problem("web.package_shape", name=archive.RECORDS, where=code, reason="twice")
        for row in rows:
            if row.table not in tables_of(kinds[code]) or not known_key(row.table, row.key):
                yield Problem("web.package_row", at=code, table=row.table, key=row.key)
                continue
            fact = row.key if row.table == "facts" else ""
            for source in ("statistics", "reported", "counted"):
                for column, value in getattr(row, source).items():
                    cells[row.table, fact, column][f"{code} {row.key} {source}"] = value
    yield from _cells(cells, filing)


def _cells(
    cells: Mapping[tuple[str, str, str], Mapping[str, Any]], filing: Filing
) -> Iterator[Problem]:
    facts = standard_of(filing.campaign).facts
    for (table, fact, name), values in cells.items():
        if name not in {column.name for column in filled_columns(TABLES[table])}:
            yield Problem("web.package_column", table=table, column=name)
            continue
        # A fact that this standard does not ask for is kept as any number is.
        named = not fact or fact in facts
        column = column_of(table, fact, name, facts) if named else TABLES[table].column(name)
        read_again = read_cells(TABLES[table], column, [str(value) for value in values.values()])
        for (where, value), one in zip(values.items(), read_again, strict=True):
            if one.problem or one.value != value:
                yield Problem(
                    "web.package_cell", where=where, table=table, column=name, found=value
                )


def verdict_problems(package: Package, filing: Filing) -> Iterator[Problem]:
    """Judge the records again: the inputs must be theirs, and the verdict that of the inputs."""
    records = read(RECORDS, archive.RECORDS, package.members[archive.RECORDS])
    names = {each.code: each.name for each in package.manifest.filings}
    told = package.manifest.verdict
    try:
        differing = cases_differ(filing, records, names, package.members[archive.INPUTS])
        again = _case(filing, records, names).payload()
    except JunhengError as error:
        yield Problem("web.package_not_judged")
        yield from error.problems if isinstance(error, Problems) else ()
        return
    if differing:
        yield Problem("web.package_inputs", tables="、".join(differing))
    verdict = json.loads(package.members[archive.VERDICT])
    if digest_of(verdict) != told.digest or digest_of(again) != told.digest:
        versions = {"theirs": told.code_version, "ours": __version__}
        yield Problem("web.package_verdict", **versions)
    elif again["counties"][0]["verdict"] != told.verdict:
        yield Problem("web.package_shape", name=archive.MANIFEST, where="verdict", reason="-")


def cases_differ(filing: Filing, records: Records, names: Names, inputs: bytes) -> list[str]:
    """Name the tables of the inputs that are not those of the records."""
    wanted = {f"{name}.csv": text for name, text in _case(filing, records, names).files.items()}
    found = _unpacked(inputs)
    return sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))


def _case(filing: Filing, records: Records, names: Names) -> Case:
    county = filing.organisation.code
    stored = [
        (code, row.table, row.key, row.statistics, row.reported, row.counted)
        for code, rows in records.items()
        for row in rows
        if not row.removed
    ]
    schools = {code: name for code, name in names.items() if code != county}
    tables = frames(stored, schools, (filing.campaign.year, county))
    return Case(tables, regime_of(filing))


def _unpacked(inputs: bytes) -> dict[str, bytes]:
    with TemporaryDirectory(prefix="junheng-") as folder:
        path = Path(folder, archive.INPUTS)
        path.write_bytes(inputs)
        return dict(guard.archive(path, _INPUTS))


def evidence_problems(
    package: Package, filing: Filing, looked: dict[str, Looked]
) -> Iterator[Problem]:
    """Check each piece against the catalogue, and look into each file in a process of its own."""
    pieces = read(PIECES, archive.EVIDENCE, package.members[archive.EVIDENCE])
    kinds = {each.code: each.kind for each in package.manifest.filings}
    standard = standard_of(filing.campaign)
    lines = {
        "county": {line.code for line in of_county(standard)},
        "school": {line.code for line in of_school(standard)},
    }
    named = set()
    for piece in pieces:
        numbers = [version.number for version in piece.versions]
        if (
            not set(piece.lines) <= lines.get(kinds.get(piece.filing, ""), set())
            or sorted(set(numbers)) != numbers
        ):
            yield Problem("web.package_piece", title=piece.title, filing=piece.filing)
        for version in piece.versions:
            named.add(version.sha256)
            yield from _look(package, version.sha256, version.name, looked)
    there = {name.removeprefix(OF_EVIDENCE) for name in package.members if "/" in name}
    for digest in sorted(there - named):
        yield Problem("web.package_extra", name=f"{OF_EVIDENCE}{digest}")


def _look(package: Package, digest: str, name: str, looked: dict[str, Looked]) -> Iterator[Problem]:
    member = f"{OF_EVIDENCE}{digest}"
    if member not in package.members:
        yield Problem("web.package_missing", name=member)
        return
    if f"{digest} {name}" in looked:
        return
    with TemporaryDirectory(prefix="junheng-") as folder:
        path = Path(folder, "file")
        path.write_bytes(package.members[member])
        try:
            looked[f"{digest} {name}"] = look(path, name)
        except WebRefusal as refusal:
            yield Problem("web.package_file", name=name, reason=str(refusal))
