"""junheng demo: write a synthetic data set."""

from __future__ import annotations

from pathlib import Path

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say


@click.command("demo")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--counties", type=click.IntRange(1, 5000), default=1, show_default=True, help="县数 Counties."
)
@click.option(
    "--years",
    default="2025",
    show_default=True,
    metavar="A[-B]",
    help="学年 School years, 2016-2025.",
)
@click.option("--seed", type=int, default=2025, show_default=True, help="随机种子 Seed.")
@click.option(
    "--detail/--no-detail",
    default=None,
    help="逐班逐室写出 A row for every class and special room [default: up to 50 counties × years].",
)
@click.option(
    "--registers",
    is_flag=True,
    help="写教师、班级名册 Registers of teachers and classes instead (see junheng derive).",
)
@click.option("--pupils", is_flag=True, help="连同学生名册 With the register of pupils.")
@click.option("--noise", type=click.FloatRange(0, 0.5), metavar="SHARE",
              help="名册的差错率 Share of teachers missing or without a degree [default: 0].")  # fmt: skip
@click.option("--quiet", is_flag=True, help="不说话 Say nothing.")
@language_option
def command(
    out: Path,
    counties: int,
    years: str,
    seed: int,
    language: str,
    *,
    noise: float | None,
    detail: bool | None,
    registers: bool,
    pupils: bool,
    quiet: bool,
) -> None:
    """写一套模拟数据 Write a synthetic data set into OUT, from one county up to the nation.

    \b
    数据是模拟的，不代表任何真实的县。The data is synthetic and stands for no real county.
    例 Examples:
        junheng demo out/demo
        junheng demo out/nation --counties 2900 --years 2016-2025
        junheng demo out/registers --registers
    """
    from junheng.cli.progress import years_bar
    from junheng.demo import Wanted, WantedRegisters, write, write_registers

    if not registers and (pupils or noise is not None):
        raise WrongUse("demo.registers_only")
    wanted = Wanted(counties=counties, years=_years(years), seed=seed, detail=detail)
    with years_bar(language, "parts") as progress:
        if registers:
            write_registers(out, WantedRegisters(wanted, pupils, noise or 0.0), progress=progress)
        else:
            write(out, wanted, progress=progress)
    if not quiet:
        click.echo(say("cli.demo_written", language, out=out, counties=counties, years=years))


def _years(text: str) -> range:
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and int(first) <= int(last or first)):
        raise WrongUse("cli.bad_years", found=text)
    return range(int(first), int(last or first) + 1)
