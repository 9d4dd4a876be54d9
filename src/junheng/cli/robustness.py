"""junheng robustness: which single reported number, changed by how little, would flip a verdict."""

from __future__ import annotations

from typing import Any

import click

from junheng.cli import judging
from junheng.cli.main import language as language_option


@click.command("robustness")
@judging.options
@click.option("--most", type=int, default=15, show_default=True, help="最多几行 Rows at most.")
@language_option
def command(most: int, language: str, **asked: Any) -> None:
    """结论有多稳 Which single reported number, changed by how little, would flip a verdict.

    \b
    最先列改动最小的；这些数最值得核查。The smallest change comes first: check those numbers first.
    例 Example:
        junheng robustness out/demo --standard cn-quality-2017 --county 990101
    """
    from junheng.cli.robustness_page import print_flips

    ready = judging.ready(judging.chosen(asked))
    judging.tell(ready.dataset, ready.regimes, language)
    print_flips(ready, most, language)
