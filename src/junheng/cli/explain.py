"""junheng explain: show how a number comes about, down to the cells and the clause."""

from __future__ import annotations

from typing import Any

import click

from junheng.cli import judging
from junheng.cli.main import language as language_option
from junheng.errors import WrongUse


@click.command("explain")
@judging.options
@click.option("--level", help="学段 Level: primary, junior.")
@click.option("--indicator", help="指标编号 Indicator, by id or number (sports_area, L5).")
@click.option("--school", help="学校标识码 School.")
@language_option
def command(
    level: str | None, indicator: str | None, school: str | None, language: str, **asked: Any
) -> None:
    """说明一个数怎么算出来 Explain a coefficient (--level, --indicator) or a school (--school).

    \b
    例 Examples:
        junheng explain out/demo --standard cn-quality-2017 --county 990101 --level primary --indicator L5
        junheng explain out/demo --standard cn-quality-2017 --school 9901010001
    """
    from junheng.cli.explain_page import print_balance, print_school

    if not school and not (level and indicator):
        raise WrongUse("cli.explain_what")
    ready = judging.ready(judging.chosen(asked))
    judging.tell(ready.dataset, ready.regimes, language)
    if school:
        print_school(ready, school, language)
    else:
        print_balance(ready, str(level), str(indicator), language)
