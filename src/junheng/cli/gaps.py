"""junheng gaps: what every school is short of, and what the county would have to find."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.cli.gaps_ahead import in_year, pupils_to_come
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from junheng.evaluate.regimes import Regime
    from junheng.plan.costs import Costs
    from junheng.plan.gaps import Gaps
    from junheng.report.gaps_workbook import Priced

MARK = "gaps.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for beside the data and the rules."""

    costs: Path | None
    ahead: int | None
    target_year: int | None
    inputs: Path | None
    form: str
    out: Path | None
    language: str


@click.command("gaps")
@judging.options
@click.option(
    "--costs",
    type=click.Path(path_type=Path),
    help="单价表 Unit costs, id or YAML file [default: example].",
)
@click.option(
    "--ahead",
    type=click.IntRange(0, 15),
    help="向后预测几个学年，用于销号 Years projected for the ledger [default: 5].",
)
@click.option(
    "--target-year",
    type=int,
    help="按预测学生数算将来学年的缺口 Gaps of a year to come, with projected pupils.",
)
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    help="预测资料 Folder of births, zones, housing, changes for it.",
)
@format_option
@out_option("写成工作簿(.xlsx)或Parquet文件夹 Workbook (.xlsx) or folder for Parquet.", file=True)
@language_option
def command(**asked: Any) -> None:
    """算各校缺口 Say what each school of DATA is short of, and what it would cost.

    按学校、学段、指标列出距限值和85%线还差多少教师、平方米、元、间；专用教室、班额和校规模另列，
    并给出销号年份；全县合计数量和金额。默认看最新学年。
    By school, level and indicator: teachers, square metres, yuan and rooms short of the limit and
    of the 85 % floor; special rooms, classes and schools over size with the year they disappear;
    totals of the county. The latest year unless --year says otherwise.

    \b
    例 Examples:
        junheng gaps out/demo --standard cn-quality-2017
        junheng gaps out/demo --standard cn-quality-2017 --costs prices.yaml --out gaps.xlsx
        junheng gaps out/demo --standard cn-quality-2017 --target-year 2028
    """
    wanted = Asked(**{one.name: asked.pop(one.name) for one in fields(Asked)})
    priced, about = _found(judging.chosen(asked), wanted)
    if wanted.out:
        _write(priced, about, wanted.out, wanted.language)
    elif wanted.form == "json":
        from junheng.report.gaps_workbook import document

        json.dump(
            document(priced, about), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False
        )
        sys.stdout.write("\n")
    else:
        from junheng.cli.gaps_page import print_page

        print_page(priced, wanted.language)


def _found(choice: judging.Choice, wanted: Asked) -> tuple[list[Priced], dict[str, Any]]:
    from junheng.plan.costs import load_costs
    from junheng.report.as_json import about

    costs = load_costs(wanted.costs)
    ready = judging.ready(choice)
    if wanted.target_year is not None:
        ready = in_year(ready, choice, (wanted.target_year, wanted.inputs), wanted.language)
    ready = replace(ready, regimes=latest(ready))
    judging.tell(ready.dataset, ready.regimes, wanted.language)
    rests_on = about(ready.regimes, ready.standard, ready.dataset.digest)
    rests_on["costs"] = {
        "id": costs.id,
        "version": costs.digest[:16],
        "note": costs.note.say(wanted.language),
    }
    return list(_each(ready, costs, wanted)), rests_on


def latest(ready: judging.Ready) -> tuple[Regime, ...]:
    """Give the rules of the latest school year that was read: that alone is looked at."""
    year = max(ready.years)
    return tuple(
        replace(one, days={year: one.days[year]}) for one in ready.regimes if year in one.days
    )


def _each(ready: judging.Ready, costs: Costs, wanted: Asked) -> Iterator[Priced]:
    from junheng.cli.progress import years_bar
    from junheng.plan.gaps_money import totals
    from junheng.report.gaps_workbook import Priced

    with years_bar(wanted.language, "rules") as progress:
        for done, regime in enumerate(ready.regimes):
            progress(done, len(ready.regimes))
            ((year, day),) = regime.days.items()
            found = _gaps(ready, year, regime, wanted)
            ahead = wanted.target_year is not None
            yield Priced(found, year, costs, totals(found, costs, day), ahead)
        progress(len(ready.regimes), len(ready.regimes))


def _gaps(ready: judging.Ready, year: int, regime: Regime, wanted: Asked) -> Gaps:
    from junheng.inmemory import hold
    from junheng.plan.gaps import gaps

    projected = None
    if wanted.target_year is None:
        ahead = (wanted.ahead, wanted.inputs)
        projected = pupils_to_come(ready, year, ahead, wanted.language)
    return gaps(regime.cut(ready.tables), regime.standard, keep=hold, projected=projected)


def _write(priced: list[Priced], about: dict[str, Any], out: Path, language: str) -> None:
    from junheng.report.frames import write_folder
    from junheng.report.gaps_workbook import frames, write

    if out.suffix.lower() == ".xlsx":
        write(priced, out, language)
    elif out.suffix:
        raise WrongUse("gaps.out", found=out)
    else:
        write_folder(frames(priced), out, MARK, about)
    click.echo(say("gaps.written", language, out=out), err=True)
