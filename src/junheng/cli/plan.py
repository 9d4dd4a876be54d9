"""junheng plan: the cheapest way by which a county passes in a target year, year by year."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.errors import WrongUse

if TYPE_CHECKING:
    import polars as pl

    from junheng.model.standard import Standard
    from junheng.plan.plan import Asked
    from junheng.plan.report import Report

_FILE = click.Path(path_type=Path)
_SELDOM = 10
"""Where nobody watches, progress is told every so many seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options ask for beside the data and the rules."""

    target: int
    budget: Path | None
    costs: str | None
    limits: Path | None
    projection: Path | None
    seconds: float
    gap: float
    more: frozenset[str]
    language: str


@click.command("plan")
@judging.options
@click.option("--target-year", type=int, required=True, help="达标的学年 School year to pass in.")
@click.option("--budget", type=_FILE, help="各年预算 CSV（year,yuan）Yuan a year.")
@click.option("--costs", help="单价表 Unit costs, id or YAML file [default: example].")
@click.option("--limits", type=_FILE, help="编制、用地、交流限制 YAML Staff, land, moves.")
@click.option(
    "--projection", type=_FILE, help="学生数预测（junheng project --out）Projected pupils."
)
@click.option("--time-limit", type=click.FloatRange(1), default=60, show_default=True,
              help="求解秒数 Seconds to look for.")  # fmt: skip
@click.option("--gap", type=click.FloatRange(0, 1), default=0.005, show_default=True,
              help="离最低费用多近即可 Good enough within.")  # fmt: skip
@click.option("--assume-lowest", is_flag=True,
              help="未填报的数按全县最低估算 Take unknown amounts as the county's lowest.")  # fmt: skip
@click.option("--choices", is_flag=True, help="另给几个不同方案 Other plans to choose from.")
@click.option("--curve", is_flag=True, help="各目标年的费用 Cost by target year.")
@click.option("--prices", is_flag=True, help="限制的影子价格 What each limit is worth.")
@click.option("--compare", is_flag=True, help="与三种常见做法比费用 Against three habits.")
@format_option
@out_option("写工作簿、Parquet和图的文件夹 Folder for the workbook, Parquet and charts.")
@language_option
def command(form: str, out: Path | None, language: str, **asked: Any) -> None:
    """最低费用达标规划 Find the cheapest way by which one county of DATA passes.

    购置、建设、招聘、培养、交流都由求解器选择；到目标年每个学段达标、每项差异系数不超限值，
    并用 junheng evaluate 同一引擎复评。做不到时说明哪些限制互相冲突、最少要放宽多少。
    Purchases, buildings, hires and moves, year by year, within budgets, staff and land; judged
    again by the engine of junheng evaluate. If it cannot be done: which limits clash, and the
    least that each must give way.

    \b
    例 Examples:
        junheng plan out/demo --standard cn-quality-2017 --target-year 2030 --assume-lowest
        junheng plan DATA --standard cn-quality-2017 --target-year 2030 --budget budget.csv \\
            --limits limits.yaml --costs prices.yaml --choices --out plan/
    """
    if out and out.exists():
        raise WrongUse("plan.out_exists", folder=out)
    wanted = _wanted(asked, language)
    report, standard = _made(judging.chosen(asked), wanted, lowest=asked.pop("assume_lowest"))
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
    if out:
        from junheng.report.plan_folder import write

        write(report, standard, out, language)
    if form == "json":
        from junheng.plan.report import document

        json.dump(document(report), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    else:
        from junheng.cli.plan_page import print_page

        print_page(report, out, language)


def _wanted(asked: dict[str, Any], language: str) -> Wanted:
    more = frozenset(n for n in ("choices", "curve", "prices", "compare") if asked.pop(n))
    names = ("budget", "costs", "limits", "projection", "gap")
    return Wanted(
        target=asked.pop("target_year"), seconds=asked.pop("time_limit"), more=more,
        language=language, **{name: asked.pop(name) for name in names},
    )  # fmt: skip


def _made(choice: judging.Choice, wanted: Wanted, *, lowest: bool) -> tuple[Report, Standard]:
    """Read everything, make the plan and what else is wanted."""
    from junheng.plan.report import make_report

    ready = judging.ready(choice)
    newest = max(ready.years)
    judging.tell(ready.dataset, ready.regimes, wanted.language)
    holds = (r for r in ready.regimes
             if newest in r.days and r.cut(ready.tables)["schools"].collect().height)  # fmt: skip
    standard = _whole(choice, next(holds, ready.regimes[-1]).prefixes)
    asked_for = _asker(ready, (standard, choice.as_of), wanted, lowest=lowest)
    return make_report(asked_for, wanted.target, wanted.more), standard


def _whole(choice: judging.Choice, prefixes: tuple[str, ...]) -> Standard:
    """Load the standard with its overlays, not yet cut to a day."""
    from junheng.model.load import load_standard, with_options
    from junheng.model.overlay import load_overlay

    pairs = [option.partition("=") for option in choice.options]
    standard = with_options(load_standard(choice.standard), **{n: r for n, _, r in pairs})
    overlays = [load_overlay(name, choice.standard) for name in choice.overlays]
    for overlay in overlays:
        if overlay.counties == prefixes:
            return overlay.change(standard)
    return standard


def _asker(
    ready: judging.Ready, rules: tuple[Standard, dt.date | None], wanted: Wanted, *, lowest: bool
) -> Callable[[int], Asked]:
    """Give what asks for a plan by a target year: everything else is read once."""
    standard, as_of = rules
    from junheng.evaluate.regimes import day_of
    from junheng.plan.costs import load_costs
    from junheng.plan.items import items
    from junheng.plan.limits import load_budget, load_limits
    from junheng.plan.plan import Asked
    from junheng.plan.solve import Effort
    from junheng.plan.start import start

    costs, limits = load_costs(wanted.costs), load_limits(wanted.limits)
    budget, projected = load_budget(wanted.budget), _projected(wanted.projection)
    effort = Effort(wanted.seconds, wanted.gap, progress=_progress(wanted))
    tables = {name: frame.collect() for name, frame in ready.tables.items()}

    def asked(target: int) -> Asked:
        began = start(
            tables, standard, target, projected=projected, assume_lowest=lowest, as_of=as_of
        )
        whole = standard.on(day_of(target, standard, as_of))
        opened = items(began, tables, whole, costs, limits)
        return Asked(began, costs, limits, budget, effort, opened.actions, opened)

    return asked


def _projected(path: Path | None) -> pl.DataFrame | None:
    """Read what junheng project wrote; of scenarios the middle one."""
    import polars as pl

    from junheng.intake.side import read_side
    from junheng.plan.project_tables import PROJECTION

    if path is None:
        return None
    frame = read_side(path, PROJECTION)
    return frame.filter(pl.col("scenario").fill_null("middle") == "middle")


def _progress(wanted: Wanted) -> Callable[[float, float | None], None]:
    """Give what tells, on stderr, how long the solvers have looked: on a terminal in one line."""
    from junheng.errors import say

    live = sys.stderr.isatty()

    def told(gone: float, cost: float | None) -> None:
        if not live and round(gone) % _SELDOM != 1:
            return
        best = say("plan.progress_none", wanted.language)
        if cost is not None:
            best = say("plan.progress_best", wanted.language, cost=cost)
        text = say("plan.progress", wanted.language, gone=gone, limit=wanted.seconds, best=best)
        click.echo(("\r\x1b[K" if live else "") + text, err=True, nl=not live)

    return told
