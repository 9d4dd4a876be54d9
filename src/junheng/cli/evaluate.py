"""junheng evaluate: judge a data set."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import engine, judging
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option

if TYPE_CHECKING:
    from junheng.report.collected import Collected

Tell = Callable[[], None]


@click.command("evaluate")
@judging.options
@format_option
@out_option("写成Parquet的文件夹 Folder for Parquet.")
@engine.options
@language_option
def command(form: str, out: Path | None, language: str, **asked: Any) -> None:
    """按标准评估各县 Judge the counties of DATA (a folder of CSV or Parquet, or a workbook).

    \b
    退出码 Exit status: 0 已评估 judged, whatever the verdict; 2 用法不对 wrong usage;
    3 数据需改正 the data needs mending (every problem is listed, nothing is written).
    例 Example:
        junheng evaluate out/demo --standard cn-quality-2017 --format json > verdicts.json
        junheng evaluate hdfs://name/nation --standard cn-quality-2017 --out verdicts \\
            --engine spark --spark-master spark://master:7077
    """
    with engine.opened(engine.chosen(asked), language) as running, ExitStack() as held:
        choice = judging.chosen(asked)
        ready = judging.ready(choice, running.read)
        judging.tell(ready.dataset, ready.regimes, language)
        with judging.progress(ready, language) as progress:
            collected = running.by_year(ready.tables, ready.regimes, progress)
            if out:
                _write(ready, collected, out)
                return
            tell = (
                _json(ready, collected, held)
                if form == "json"
                else _page(ready, collected, choice, language)
            )
        tell()


def _write(ready: judging.Ready, collected: Iterable[Collected], out: Path) -> None:
    from junheng.report import as_json, as_parquet

    about = as_json.about(ready.regimes, ready.standard, ready.dataset.digest)
    as_parquet.write(collected, out, about)


def _json(ready: judging.Ready, collected: Iterable[Collected], held: ExitStack) -> Tell:
    """Put by what is judged, and give what tells it."""
    from junheng.report.as_json import about
    from junheng.report.spool import Spool

    spool = held.enter_context(Spool())
    for one in collected:
        spool.add(one)
    rests_on = about(ready.regimes, ready.standard, ready.dataset.digest)
    return partial(spool.write, rests_on, ready.standard.recheck, sys.stdout)


def _page(
    ready: judging.Ready, collected: Iterable[Collected], choice: judging.Choice, language: str
) -> Tell:
    """Keep what a page shows of what is judged, and give what tells it."""
    from junheng.cli.page import gathered, print_page

    return partial(print_page, gathered(collected), ready, choice, language)
