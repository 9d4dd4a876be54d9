"""junheng evaluate: judge a data set."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from junheng.cli import judging
from junheng.cli.main import language as language_option
from junheng.errors import WrongUse


@click.command("evaluate")
@judging.options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True,
              help="给人看的表，或JSON What people read, or JSON.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="写成Parquet的文件夹 Folder for Parquet.",
)
@click.option("--engine", type=click.Choice(["polars", "spark"]), default="polars", show_default=True,
              help="计算引擎 Engine.")  # fmt: skip
@language_option
def command(form: str, out: Path | None, engine: str, language: str, **asked: Any) -> None:
    """按标准评估各县 Judge the counties of DATA (a folder of CSV or Parquet, or a workbook).

    \b
    退出码 Exit status: 0 已评估 judged, whatever the verdict; 2 用法不对 wrong usage;
    3 数据需改正 the data needs mending (every problem is listed, nothing is written).
    例 Example:
        junheng evaluate out/demo --standard cn-quality-2017 --format json > verdicts.json
    """
    if engine == "spark":
        raise WrongUse("cli.no_spark_yet")
    choice = judging.chosen(asked)
    ready = judging.ready(choice)
    judging.tell(ready.dataset, ready.regimes, language)
    if out:
        _write(ready, out, language)
    elif form == "json":
        _print_json(ready)
    else:
        _print_page(ready, choice, language)


def _write(ready: judging.Ready, out: Path, language: str) -> None:
    from junheng.cli.progress import years_bar
    from junheng.report import as_json, as_parquet
    from junheng.report.collected import by_year

    about = as_json.about(ready.regimes, ready.standard, ready.dataset.digest)
    with years_bar(language) as progress:
        as_parquet.write(by_year(ready.tables, ready.regimes, progress), out, about)


def _print_json(ready: judging.Ready) -> None:
    from junheng.report.as_json import document
    from junheng.report.collected import by_year

    collected = list(by_year(ready.tables, ready.regimes))
    found = document(collected, ready.regimes, ready.standard, ready.dataset.digest)
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def _print_page(ready: judging.Ready, choice: judging.Choice, language: str) -> None:
    from junheng.cli.page import print_page
    from junheng.cli.progress import years_bar
    from junheng.report.collected import by_year

    with years_bar(language) as progress:
        collected = list(by_year(ready.tables, ready.regimes, progress))
    print_page(collected, ready, choice, language)
