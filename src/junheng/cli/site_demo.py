"""junheng site-demo: write synthetic settlements and sites."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import say


@click.command("site-demo")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--settlements", type=click.IntRange(1, 20000), default=120, show_default=True,
              help="居民点数 Settlements.")  # fmt: skip
@click.option("--sites", type=click.IntRange(1, 1000), default=16, show_default=True,
              help="校点数 Sites.")  # fmt: skip
@click.option("--seed", type=int, default=2025, show_default=True, help="随机种子 Seed.")
@language_option
def command(out: Path, settlements: int, sites: int, seed: int, language: str) -> None:
    """写一套模拟的居民点和校点 Write synthetic settlements and sites into OUT.

    \b
    数据是模拟的，不代表任何真实的县。The data is synthetic and stands for no real county.
    例 Example:
        junheng site-demo out/siting --settlements 1276 --sites 50
    """
    from junheng.report.site_files import write_demo

    write_demo(out, settlements, sites, seed)
    click.echo(say("site.demo_written", language, out=out, n=settlements, m=sites))
