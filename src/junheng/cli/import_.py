"""junheng import: bring the exports of the national statistics into the tables."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli.main import language as language_option
from junheng.errors import DataNeedsMending, Problem, say

if TYPE_CHECKING:
    from junheng.intake.statistics import Import
    from junheng.intake.statistics.keeping import Kept


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--year", type=int, required=True, help="统计年份 First calendar year of the school year."
)
@click.option(
    "--county", help="县代码，导出文件没有写时用 County code, where the exports do not say it."
)
@click.option("--blanks-are-zero", is_flag=True,
              help="这些导出文件中空格就是0 Empty cells of these exports mean 0.")  # fmt: skip
@language_option
def command(out: Path, language: str, **asked: Any) -> None:
    """导入教育事业统计报表 Bring exports of the national statistics into the tables of OUT.

    \b
    没有找到的逐项列出，不猜。What is not found is listed by name, never guessed.
    已有的值不会被覆盖。What is there already is never overwritten.
    例 Example:
        junheng import 基表/*.xlsx out/county --year 2023 --county 990101
    """
    from junheng.intake.statistics import Wanted, bring_in
    from junheng.intake.statistics.keeping import keep

    imported = bring_in(Wanted(**asked))
    kept = keep(imported, out)
    _refuse_calculated(kept)
    for notice in imported.notices:
        click.echo(notice.say(language), err=True)
    if not kept.added and out.exists():
        click.echo(say("statistics.unchanged", language, out=out))
        return
    _write(imported, kept, out)
    fields = {"year": imported.year, "out": out, "schools": imported.schools, "values": kept.added}
    label = imported.form.label.say(language)
    click.echo(say("statistics.imported", language, label=label, **fields))


def _refuse_calculated(kept: Kept) -> None:
    from junheng.intake.labels import label, shown
    from junheng.model.tables import TABLES
    from junheng.report.as_csv import calculated

    problems = [
        Problem("statistics.text_calculated", school=row["school"], column=label(column),
                found=shown(row[column.name]))
        for name, rows in kept.tables.items()
        for row, column in calculated(rows, TABLES[name])
    ]  # fmt: skip
    if problems:
        raise DataNeedsMending(problems)


def _write(imported: Import, kept: Kept, out: Path) -> None:
    from junheng.intake.statistics import keeping
    from junheng.report import as_csv

    with as_csv.folder(out, keep=True) as draft:
        for name, rows in kept.tables.items():
            as_csv.table(draft / f"{name}.csv", kept.headings[name], rows)
        as_csv.log(draft / keeping.SOURCES, keeping.SOURCE_COLUMNS, kept.sources)
        _keep_originals(imported, draft)


def _keep_originals(imported: Import, draft: Path) -> None:
    """Copy each file under its SHA-256, read-only, and list it."""
    from junheng.intake.statistics import keeping
    from junheng.report import as_csv

    place = draft / keeping.ORIGINALS
    place.mkdir(exist_ok=True)
    listed = keeping.rows_of(draft / keeping.MANIFEST)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    for path, sha256 in imported.files:
        size = str(_keep(path, sha256, place))
        if not any((each["file"], each["sha256"]) == (path.name, sha256) for each in listed):
            fields = (path.name, sha256, size, now)
            listed.append(dict(zip(keeping.MANIFEST_COLUMNS, fields, strict=True)))
    as_csv.log(draft / keeping.MANIFEST, keeping.MANIFEST_COLUMNS, listed)


def _keep(path: Path, sha256: str, place: Path) -> int:
    from junheng.intake import digest

    copy = place / f"{sha256}{path.suffix.lower()}"
    if not copy.exists():
        shutil.copyfile(path, copy)
        copy.chmod(0o444)
    if digest.of_file(copy) != sha256:
        raise DataNeedsMending([Problem("statistics.file_gone", file=path.name)])
    return copy.stat().st_size
