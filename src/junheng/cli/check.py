"""junheng check: find what contradicts itself, and what is unusual, before anything is judged."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import engine
from junheng.cli.main import NEEDS_MENDING
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from junheng.intake import Dataset
    from junheng.model.standard import Standard
    from junheng.report.checked import Checked

_PLACE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for."""

    data: Path | str
    previous: Path | str | None
    standard: str | None
    explanations: Path | None
    out: Path | None

    @property
    def explained_in(self) -> Path | None:
        """The file of explanations: the one given, or that in the folder of the data."""
        from junheng.check.explanations import NAME

        data = Path(self.data)
        return self.explanations or (data / NAME if data.is_dir() else None)


@click.command("check")
@click.argument("data", type=engine.Place())
@click.option("--previous", type=engine.Place(), help="上年数据 Data of the year before.")
@click.option("--standard", help="标准编号：查紧贴限值的数 Look for figures bunched at its limits.")
@format_option
@click.option(
    "--explanations",
    type=_PLACE,
    help="情况说明 File of explanations [default: DATA/explanations.csv].",
)
@click.option(
    "--write-explanations",
    is_flag=True,
    help="为没有说明的各加一行 Add a row for each finding not explained.",
)
@click.option("--out", type=_PLACE, help="写成标好的工作簿 Workbook with the cells marked.")
@engine.options
@language_option
def command(form: str, language: str, *, write_explanations: bool, **asked: Any) -> None:
    """检查数据 Check DATA: logic (must be mended) and experience (mend it, or explain it).

    \b
    退出码 Exit status: 0 没有逻辑错误 no logic findings; 2 用法不对 wrong usage;
    3 有逻辑错误 logic findings, or the data cannot be read.
    例 Examples:
        junheng check out/demo --standard cn-quality-2017
        junheng check county.xlsx --previous last-year.xlsx --out marked.xlsx
    """
    chosen = engine.chosen(asked)
    wanted = Asked(**asked)
    _refuse_to_overwrite(wanted)
    with engine.opened(chosen, language) as running:
        dataset, standard, found = _checked(wanted, running, language)
        tables = _here(dataset) if wanted.out else {}
    if form == "json":
        _print_json(dataset, standard, found, language)
    else:
        from junheng.cli.check_page import print_page

        print_page(found, Path(wanted.data), language)
    if write_explanations:
        _write_explanations(wanted, found, language)
    if wanted.out:
        from junheng.report.annotated import write

        write(Path(wanted.data), tables, found, wanted.out, language)
        click.echo(say("check.written", language, out=wanted.out), err=True)
    if found.of("logic"):
        sys.exit(NEEDS_MENDING)


def _here(dataset: Dataset) -> dict[str, Any]:
    """Bring the tables here, to be written into a workbook."""
    import narwhals as nw

    lazy = {name: nw.from_native(table).lazy() for name, table in dataset.tables.items()}
    return {name: frame.collect("polars").to_native().lazy() for name, frame in lazy.items()}


def _checked(
    asked: Asked, running: engine.Engine, language: str
) -> tuple[Dataset, Standard | None, Checked]:
    from junheng.check.explanations import NAME, unknown, written
    from junheng.check.explanations import read as read_explanations
    from junheng.report.checked import checked

    dataset = running.read(asked.data)
    previous = running.read(asked.previous).tables if asked.previous else None
    standard = _standard(asked.standard, dataset)
    explanations = read_explanations(asked.explained_in) if asked.explained_in else []
    found = checked(
        dataset.tables,
        previous=previous,
        standard=standard,
        explained=written(explanations),
        keep=running.keep,
    )
    said = unknown(explanations, _known(dataset, previous)) if explanations else []
    for notice in (*dataset.notices, *said):
        if notice.fields.get("names") != f'"{NAME}"':
            click.echo(notice.say(language), err=True)
    return dataset, standard, found


def _refuse_to_overwrite(asked: Asked) -> None:
    if asked.explanations and not asked.explanations.parent.is_dir():
        raise WrongUse("check.no_such_folder", found=str(asked.explanations.parent))
    if asked.out is None:
        return
    if asked.out.suffix.lower() != ".xlsx":
        raise WrongUse("check.out_xlsx", found=str(asked.out))
    if asked.out.exists():
        raise WrongUse("check.out_exists", found=str(asked.out))
    if not asked.out.resolve().parent.is_dir():
        raise WrongUse("check.no_such_folder", found=str(asked.out.parent))


def _standard(name: str | None, dataset: Dataset) -> Standard | None:
    """Give the standard as of September of the last year of the data."""
    if name is None:
        return None
    import narwhals as nw

    from junheng.model.load import load_standard

    years = nw.from_native(dataset.tables["schools"]).lazy().select(nw.col("year").max())
    latest = years.collect("polars").item()
    standard = load_standard(name)
    return standard.on(max(dt.date(int(latest), 9, 1), standard.since))


def _known(dataset: Dataset, previous: dict[str, Any] | None) -> set[str]:
    """Name the schools and counties that explanations may be about."""
    import narwhals as nw

    known: set[str] = set()
    for tables in (dataset.tables, previous or {}):
        if "schools" in tables:
            names = nw.from_native(tables["schools"]).lazy().select("school", "county").unique()
            known.update(cell for row in names.collect("polars").rows() for cell in row)
    return known


def _print_json(dataset: Dataset, standard: Standard | None, found: Checked, language: str) -> None:
    from junheng.report.checked import document

    answer = document(found, digest=dataset.digest, standard=standard, language=language)
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def _write_explanations(asked: Asked, found: Checked, language: str) -> None:
    from junheng.check.explanations import append

    if asked.explained_in is None:
        raise WrongUse("check.explanations_where")
    unexplained = [row for row in found.of("experience") if row["explanation"] is None]
    added = append(asked.explained_in, unexplained)
    click.echo(say("check.rows_added", language, n=added, file=asked.explained_in), err=True)
