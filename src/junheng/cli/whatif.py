"""junheng whatif: what edits would change, without touching the data."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from junheng.errors import Problem
    from junheng.evaluate.regimes import Regime
    from junheng.plan.whatif_compare import Compared
    from junheng.plan.whatif_edits import Edit

MARK = "whatif.json"


@click.command("whatif")
@judging.options
@click.option("--edit", "texts", multiple=True, help="一处改动，可重复 One edit; may be repeated.")
@click.option(
    "--edits",
    "file",
    type=click.Path(path_type=Path),
    help="改动表 Table of edits (.csv, .parquet).",
)
@format_option
@out_option("写成Parquet的文件夹 Folder for Parquet.")
@language_option
def command(
    texts: tuple[str, ...],
    file: Path | None,
    form: str,
    out: Path | None,
    language: str,
    **asked: Any,
) -> None:
    """假如这样改 Say what edits of DATA would change: verdicts and coefficients before and after.

    只在内存里改，不动原来的数据；所有写错的改动一次说全。默认看最新学年，只重算有改动的县。
    Nothing of yours is written to; everything wrong with the edits is told at once. The latest year
    unless --year says otherwise; only counties that are edited are judged again.

    \b
    例 Examples:
        junheng whatif out/demo --standard cn-quality-2017 --edit "school=9901010008,teaching_area+=400"
        junheng whatif out/demo --standard cn-quality-2017 --edit "school=9901010010,level=primary,backbone+=1,pe_arts=3"
        junheng whatif out/demo --standard cn-quality-2017 --edit "move=3,column=pe_arts,from=9901010001,to=9901010006"
        junheng whatif out/demo --standard cn-quality-2017 --edit "close=9901010010,into=9901010011;9901010012"
        junheng whatif out/demo --standard cn-quality-2017 --edit "merge=9901010010,into=9901010011"
    """
    edits, wrong = _read(texts, file)
    ready = judging.ready(judging.chosen(asked))
    judging.tell(ready.dataset, ready.regimes, language)
    found, regimes = _compared(ready, edits, wrong)
    about = _about(ready, regimes, edits)
    if out:
        _write(found, about, out, language)
    elif form == "json":
        answer = about | {name: frame.to_dicts() for name, frame in _frames(found).items()}
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    else:
        from junheng.cli.whatif_page import print_page

        print_page(found, regimes[0].standard, language)


def _read(texts: Sequence[str], file: Path | None) -> tuple[list[Edit], list[Problem]]:
    """Read the edits of the table first, then those of the command line."""
    from junheng.intake.side import read_side
    from junheng.plan.whatif_edits import EDITS, from_table, from_text

    reads = [from_table(read_side(file, EDITS))] if file else []
    reads += [from_text(text) for text in texts]
    if not reads:
        raise WrongUse("whatif.no_edits")
    edits = [edit for read, _ in reads for edit in read]
    return edits, [problem for _, wrong in reads for problem in wrong]


def _compared(
    ready: judging.Ready, edits: Sequence[Edit], wrong: Sequence[Problem]
) -> tuple[Compared, tuple[Regime, ...]]:
    import polars as pl

    from junheng.plan.whatif import counties_of, what_if
    from junheng.plan.whatif_compare import compare
    from junheng.report.collected import by_year, together

    year = max(ready.years)
    named = counties_of(ready.tables, edits, year)
    edited = what_if(_of_counties(ready.tables, named), edits, year, wrong=wrong)
    before = {name: frame.filter(pl.col("year") == year).collect()
              for name, frame in _of_counties(ready.tables, named).items()}  # fmt: skip
    regimes = tuple(
        one
        for regime in ready.regimes
        if year in regime.days
        for one in [replace(regime, days={year: regime.days[year]})]
        if one.cut(before)["schools"].height
    )
    sides = [together(list(by_year(tables, regimes))) for tables in (before, edited)]
    return compare(sides[0], sides[1]), regimes


def _of_counties(tables: dict[str, Any], counties: Sequence[str]) -> dict[str, Any]:
    """Keep the rows of some counties; of tables without a county, those of their schools."""
    import polars as pl

    mine = tables["schools"].filter(pl.col("county").is_in(list(counties)))
    keys = mine.select("year", "school")
    return {
        name: frame.filter(pl.col("county").is_in(list(counties)))
        if "county" in frame.collect_schema().names()
        else frame.join(keys, on=["year", "school"], how="semi")
        for name, frame in tables.items()
    }


def _about(
    ready: judging.Ready, regimes: tuple[Regime, ...], edits: Sequence[Edit]
) -> dict[str, Any]:
    from junheng.report.as_json import about

    said = [{"at": e.at, "action": e.action, "school": e.school, "level": e.level,
             "columns": list(e.columns), "sign": e.sign, "amount": e.amount, "others": list(e.others)}
            for e in edits]  # fmt: skip
    return about(regimes, ready.standard, ready.dataset.digest) | {"edits": said}


def _frames(found: Compared) -> dict[str, Any]:
    names = ("counties", "parts", "balance", "items", "sections", "values")
    return {name: getattr(found, name) for name in names}


def _write(found: Compared, about: dict[str, Any], out: Path, language: str) -> None:
    from junheng.report.frames import write_folder

    write_folder(_frames(found), out, MARK, about)
    click.echo(say("whatif.written", language, out=out), err=True)
