"""junheng template: write the workbooks that counties and schools fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from junheng.model.standard import Standard
    from junheng.report.template import Rows

_LASTING = {"county", "school", "name", "kind", "sponsor", "setting", "built", "dense_centre",
            "boarding", "lon", "lat", "level"}  # fmt: skip
"""Columns that stay from one year to the next; the others are asked for anew."""


@click.command("template")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--standard", required=True, help="标准编号或文件夹 Id or folder of a standard.")
@click.option("--county", help="县代码 County code.")
@click.option("--year", type=int, help="学年起始年 First calendar year of the school year.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="已有数据，预先填入 Data to begin with."
)
@click.option("--per-school", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="每校一份，写到这个文件夹 A workbook for each school of DATA.")  # fmt: skip
@language_option
def command(out: Path | None, folder: Path | None, language: str, **asked: Any) -> None:
    """写县或学校的填报表 Write the workbook that a county fills in, or one for each school.

    \b
    例 Examples:
        junheng template form.xlsx --standard cn-quality-2017 --county 990101 --year 2025
        junheng template --standard cn-quality-2017 --data out/demo --per-school out/forms
    """
    from junheng.model.load import load_standard

    if not (out or folder):
        raise WrongUse("template.out_or_folder")
    standard = load_standard(asked["standard"])
    rows, year = _known(asked)
    if out:
        _write_county(out, standard, rows, (asked["county"], year))
        click.echo(say("template.template_written", language, out=out))
    if folder:
        many = _write_schools(folder, standard, rows, year)
        click.echo(say("template.templates_written", language, n=many, out=folder))


def _write_county(
    out: Path, standard: Standard, rows: Rows, of: tuple[str | None, int | None]
) -> None:
    from junheng.report import template

    county, year = of
    counties = {row["county"] for row in rows.get("schools", ())}
    known = county or (next(iter(counties)) if len(counties) == 1 else None)
    template.write(template.Template(standard, known, year, rows), out)


def _write_schools(folder: Path, standard: Standard, rows: Rows, year: int | None) -> int:
    from junheng.report import template

    schools = rows.get("schools", ())
    if not schools:
        raise WrongUse("template.school_needs_data")
    for school in schools:
        code, name = school["school"], school.get("name")
        own = {table: [row for row in rows.get(table, ()) if row["school"] == code]
               for table in template.OF_SCHOOLS}  # fmt: skip
        one = template.Template(standard, school["county"], year, own, school=name or code)
        template.write(one, folder / template.book_name(code, name))
    return len(schools)


def _known(asked: dict[str, Any]) -> tuple[Rows, int | None]:
    """Give the rows to begin with: those of the year, else what lasts of the latest year."""
    if not asked["data"]:
        return {}, asked["year"]
    from junheng.intake import read

    tables = read(asked["data"]).tables
    frames = {name: frame.collect() for name, frame in tables.items()}
    years = frames["schools"]["year"].to_list()
    year: int = asked["year"] or max(years)
    latest = year if year in years else max(years)
    held = {name: [row for row in frame.iter_rows(named=True) if row["year"] == latest]
            for name, frame in frames.items()}  # fmt: skip
    chosen: Rows = dict(_of_county(held, asked["county"]))
    return chosen if year == latest else _lasting(chosen, year), year


def _of_county(held: Rows, county: str | None) -> Iterator[tuple[str, Any]]:
    schools = {row["school"] for row in held["schools"] if county in (None, row["county"])}
    if not schools:
        raise WrongUse("cli.no_such_county", found=county, allowed=_counties(held))
    for name, rows in held.items():
        yield name, [row for row in rows if _belongs(row, county, schools)]


def _belongs(row: Mapping[str, Any], county: str | None, schools: set[str]) -> bool:
    if "school" in row:
        return row["school"] in schools
    return county in (None, row["county"])


def _counties(held: Rows) -> str:
    return ", ".join(sorted({row["county"] for row in held["schools"]})[:8])


def _lasting(rows: Rows, year: int) -> Rows:
    """Keep, for another year, only what lasts."""
    return {
        name: [
            {key: value for key, value in row.items() if key in _LASTING} | {"year": year}
            for row in rows.get(name, ())
        ]
        for name in ("schools", "sections")
    }
