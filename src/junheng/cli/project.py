"""junheng project: the pupils of every school in the years to come."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    import polars as pl

    from junheng.intake import Dataset
    from junheng.plan.project import Projection

_MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for."""

    data: Path
    counties: tuple[str, ...]
    year: int | None
    years: int
    inputs: Path | None
    spread: float
    form: str
    out: Path | None
    language: str


@click.command("project")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--county", "counties", multiple=True, help="县代码，可重复 County code.")
@click.option("--year", type=int, help="起始学年 Base school year [default: the latest].")
@click.option(
    "--years", type=int, default=5, show_default=True, help="预测几个学年 Years ahead, 1–15."
)
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    help="出生、片区、住宅、布局调整 Folder of births, zones, housing, changes.",
)
@click.option(
    "--spread",
    type=float,
    default=0.05,
    show_default=True,
    help="高低方案幅度 Spread of the outer scenarios.",
)
@format_option
@out_option("写成 .csv 或 .parquet Write as .csv or .parquet.", file=True)
@language_option
def command(**asked: Any) -> None:
    """预测在校生 Project the pupils of each school and level of DATA, in three scenarios.

    缺出生、片区等资料，或没有分年级的班级数据时，沿用上年人数，并在页上说明。
    Where births, zones or classes by grade are missing, last year's pupils are taken, and the page
    says so.

    \b
    例 Examples:
        junheng project out/demo --years 6
        junheng project out/demo --inputs births-and-changes --out pupils.parquet
    """
    wanted = Asked(**asked)
    found = _projected(wanted)
    if wanted.out:
        from junheng.report.frames import write_table

        write_table(found.pupils, wanted.out)
        rows = found.pupils.height
        click.echo(say("project.written", wanted.language, out=wanted.out, rows=rows), err=True)
    elif wanted.form == "json":
        _print_json(found, wanted.language)
    else:
        _print_page(found, wanted.language)


def _projected(wanted: Asked) -> Projection:
    from junheng.intake import read
    from junheng.plan.project import project

    dataset = read(wanted.data)
    for notice in dataset.notices:
        click.echo(notice.say(wanted.language), err=True)
    tables = _cut(dataset, wanted)
    inputs = inputs_of(wanted.inputs)
    found = project(
        tables, years=wanted.years, inputs=inputs, spread=wanted.spread, base=wanted.year
    )
    for note in found.notes:
        click.echo(note.say(wanted.language), err=True)
    return found


def _cut(dataset: Dataset, wanted: Asked) -> dict[str, Any]:
    import polars as pl

    tables = dict(dataset.tables)
    present = tables["schools"].select("year", "county").unique().collect()
    if missing := set(wanted.counties) - set(present["county"]):
        allowed = ", ".join(sorted(set(present["county"]))[:8])
        raise WrongUse("cli.no_such_county", found=", ".join(sorted(missing)), allowed=allowed)
    if wanted.year is not None and wanted.year not in set(present["year"]):
        allowed = ", ".join(str(year) for year in sorted(set(present["year"])))
        raise WrongUse("cli.no_such_year", found=wanted.year, allowed=allowed)
    if wanted.counties:
        tables["schools"] = tables["schools"].filter(pl.col("county").is_in(wanted.counties))
    return tables


def inputs_of(folder: Path | None) -> dict[str, pl.DataFrame]:
    """Read the side tables of a folder, under machine or Chinese names."""
    from junheng.intake.side import read_side
    from junheng.plan.project_tables import INPUTS

    if folder is None:
        return {}
    places = {
        name: path
        for name, table in INPUTS.items()
        for stem in (name, table.zh)
        for suffix in (".csv", ".parquet")
        if (path := folder / f"{stem}{suffix}").is_file()
    }
    if not places:
        raise WrongUse("project.inputs_folder", found=folder)
    return {name: read_side(path, INPUTS[name]) for name, path in places.items()}


def _print_json(found: Projection, language: str) -> None:
    answer = {
        "base": found.base,
        "notes": [note.say(language) for note in found.notes],
        "pupils": found.pupils.to_dicts(),
    }
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def _print_page(found: Projection, language: str) -> None:
    from junheng.cli import paper
    from junheng.cli.project_page import pages

    console = paper.console()
    for page in pages(found, language, _MOST_ROWS):
        console.print(page)
