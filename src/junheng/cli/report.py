"""junheng report: make the documents of a county, or of every county of a province."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say
from junheng.report.kinds import KINDS

if TYPE_CHECKING:
    from junheng.cli.report_set import Order

_ALL = "all"
_TOLD = "\b\n文种 Kinds of document:\n" + "\n".join(
    f"  {name:<16} {kind.label.zh} {kind.label.en}" for name, kind in KINDS.items()
)


@click.command("report", epilog=_TOLD)
@judging.options
@click.option("--kind", "kinds", multiple=True, required=True, type=click.Choice([*KINDS, _ALL]), metavar="KIND",
              help="文种（见下），可重复；all 为全部 Kind of document (below), more than once; all for every kind.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="放文件的文件夹 Folder for the documents.")  # fmt: skip
@click.option("--counties", "every", type=click.Choice([_ALL]),
              help="all 为数据里的每个县 all for every county in DATA.")  # fmt: skip
@click.option("--layout", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="本省的申报表版式 Layout of the application form of a province.")  # fmt: skip
@click.option("--target-year", type=int,
              help="达标目标学年，画出到达的路径 School year to be within all limits by; drawn as a path.")  # fmt: skip
@click.option("--pdf", type=click.Choice(["typst", "libreoffice"]), default="typst", show_default=True,
              help="PDF由谁排版：libreoffice 与 Word 草稿的页面一致 Who sets the PDF; libreoffice keeps Word's pages.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), help="同时几个进程 Processes at a time.")
@language_option
def command(kinds: tuple[str, ...], out: Path, language: str, **asked: Any) -> None:
    """写出申报表、计算过程、台账等文件 Make a county's documents: form, workings, ledgers and others.

    \b
    每个县一个文件夹，另有清单 documents.csv。再次运行只替换同一县、同一学年、同一文种的文件。
    A folder a county, and a list, documents.csv. Running it again replaces the same documents only.
    例 Examples:
        junheng report out/demo --standard cn-quality-2017 --kind form --kind workings --out out/documents
        junheng report province --standard cn-quality-2017 --kind all --counties all --out out/set
    """
    from junheng.cli import report_set
    from junheng.cli.progress import years_bar

    choice = judging.chosen(asked)
    every = asked.pop("every") == _ALL
    ready = judging.ready(choice)
    wanted, left_out = _kinds(kinds, ready, asked["layout"])
    order = report_set.Order(
        choice=choice,
        kinds=wanted,
        counties=_counties(ready, choice, every=every),
        year=ready.years[-1],
        language=language,
        **asked,
    )
    judging.tell(ready.dataset, ready.regimes, language)
    with years_bar(language, "documents") as progress:
        made = report_set.make(order, ready, out, progress)
    _tell(made, order, out, language)
    _tell_left_out(left_out, ready, language)


def _kinds(
    asked: Sequence[str], ready: judging.Ready, layout: Path | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the kinds to make; and of `all` those that the standard has nothing for.

    Raises WrongUse when one of these was asked for by its name.
    """
    from junheng.report.forms.layout import has_layout

    empty = {
        name
        for name, kind in KINDS.items()
        if (kind.indicators and not ready.standard.indicators)
        or (kind.layout and not layout and not has_layout(ready.standard.id))
    }
    for name in KINDS:
        if name in asked and name in empty and not KINDS[name].layout:
            raise WrongUse("report.nothing_to_show", kind=name, standard=ready.standard.id)
    wanted = tuple(name for name in KINDS if name in asked or (_ALL in asked and name not in empty))
    return wanted, tuple(name for name in KINDS if _ALL in asked and name not in wanted)


def _counties(
    ready: judging.Ready, choice: judging.Choice, *, every: bool
) -> tuple[str, ...]:  # fmt: skip
    """Give the counties to make documents of: those named, all if so asked, or the only one."""
    if not every and not choice.counties and len(ready.counties) > 1:
        shown = ", ".join(ready.counties[:8])
        raise WrongUse("report.which_counties", n=len(ready.counties), allowed=shown)
    return ready.counties


def _tell(made: Sequence[Path], order: Order, out: Path, language: str) -> None:
    told = {"n": len(made), "counties": len(order.counties), "out": out}
    click.echo(say("report.written", language, **told))
    chinese = [KINDS[name].label.say(language) for name in order.kinds if KINDS[name].chinese]
    if chinese and language != "zh":
        click.echo(say("report.in_chinese", language, kinds=", ".join(chinese)))


def _tell_left_out(left_out: Sequence[str], ready: judging.Ready, language: str) -> None:
    if left_out:
        names = ", ".join(KINDS[name].label.say(language) for name in left_out)
        click.echo(say("report.left_out", language, kinds=names, standard=ready.standard.id))
