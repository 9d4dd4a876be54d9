"""junheng gather: join what schools sent back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from junheng.cli.main import language as language_option
from junheng.errors import DataNeedsMending, Problem, WrongUse, say

if TYPE_CHECKING:
    from junheng.intake.gather import Joined

MARK = "gathered.csv"
"""Lists what was joined; also the mark by which a folder is known to be ours to replace."""


@click.command("gather")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--expect", type=click.Path(path_type=Path, exists=True),
              help="应交的学校：数据或每行一个标识码的.txt Schools expected: data, or a .txt of codes.")  # fmt: skip
@language_option
def command(folder: Path, out: Path, expect: Path | None, language: str) -> None:
    """汇总各校交回的填报表 Join the workbooks, folders and zips that schools sent back into OUT.

    \b
    同一学校交了两份、有文件读不了时，什么都不写，全部列出（退出码3）。
    A school twice, or a file that cannot be read: nothing is written, all is listed (status 3).
    例 Example:
        junheng gather returned out/county --expect out/last-year
    """
    from junheng.intake.gather import gather
    from junheng.report.as_csv import is_ours

    if not is_ours(out, MARK):
        raise WrongUse("cli.not_ours_to_replace", found=out)
    joined = gather(folder, expect)
    _refuse_calculated(joined)
    for notice in joined.notices:
        click.echo(notice.say(language), err=True)
    _write(joined, out)
    schools = joined.tables["schools"]["school"].n_unique()
    click.echo(say("template.gathered", language, n=joined.returns, schools=schools, out=out))


def _refuse_calculated(joined: Joined) -> None:
    from junheng.intake.labels import label, shown
    from junheng.model.tables import TABLES
    from junheng.report.as_csv import calculated

    problems = [
        Problem("template.text_calculated", table=label(TABLES[name]), column=label(column),
                school=shown(row.get("school", row.get("county"))), found=shown(row[column.name]))
        for name, frame in joined.tables.items()
        for row, column in calculated(frame.iter_rows(named=True), TABLES[name])
    ]  # fmt: skip
    if problems:
        raise DataNeedsMending(problems)


def _write(joined: Joined, out: Path) -> None:
    from junheng.report import as_csv

    with as_csv.folder(out) as draft:
        for name, frame in joined.tables.items():
            as_csv.table(draft / f"{name}.csv", frame.columns, frame.iter_rows(named=True))
        rows = [{"table": name, "rows": frame.height} for name, frame in joined.tables.items()]
        as_csv.log(draft / MARK, ("table", "rows"), rows)
