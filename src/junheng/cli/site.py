"""junheng site: where schools should be, and which settlements each serves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.errors import WrongUse

if TYPE_CHECKING:
    from junheng.cli.site_reading import Read
    from junheng.plan.site import Layout

_PICTURES = (".png", ".svg")


@click.command("site")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--level", type=click.Choice(["primary", "junior"]), default="primary",
              show_default=True, help="学段 Level.")  # fmt: skip
@click.option("--by", type=click.Choice(["distance", "cost"]), default="distance",
              show_default=True, help="使总路程最短，或总费用最少 Least distance, or least cost.")  # fmt: skip
@click.option("--schools", type=int, help="最多开办几所 The most schools open.")
@click.option("--radius", type=float, metavar="KM", help="服务半径 The farthest anyone may go.")
@click.option("--minutes", type=float, help="步行时间上限 The longest anyone may walk.")
@click.option("--whole/--parted", default=True, show_default=True,
              help="一个居民点整体归一所学校，或可以分开 Each settlement whole, or parted.")  # fmt: skip
@click.option("--pupil-km", type=float, metavar="YUAN",
              help="每生每公里每年的费用 A pupil's kilometre, a year (with --by cost).")  # fmt: skip
@click.option("--years", type=float, default=10, show_default=True,
              help="运行和路程费用计几年 Years of running and travel paid for.")  # fmt: skip
@click.option("--detour", type=float, default=1.3, show_default=True,
              help="绕路系数（没有实测路程时） Road per straight line, where not measured.")  # fmt: skip
@click.option("--pace", type=float, default=4.0, show_default=True, metavar="KM/H",
              help="步行速度（没有实测时间时） Pace on foot, where not measured.")  # fmt: skip
@click.option("--gap", type=float, default=1e-4, show_default=True,
              help="与下界相差不超过这个比例即可 Stop at this gap.")  # fmt: skip
@click.option("--seconds", type=float, default=60, show_default=True, help="时限 Time limit.")
@format_option
@out_option("写成表的文件夹 Folder for the tables.")
@click.option("--files", type=click.Choice(["csv", "parquet"]), default="parquet",
              show_default=True, help="表的格式 Kind of files in --out.")  # fmt: skip
@click.option("--map", "picture", type=click.Path(path_type=Path, dir_okay=False),
              help="画成地图 .png 或 .svg Draw a map.")  # fmt: skip
@language_option
def command(
    data: Path, form: str, out: Path | None, picture: Path | None, language: str, **asked: Any
) -> None:
    """学校布局：办在哪里、各服务哪些居民点 Where to open, enlarge or merge schools, and whom they serve.

    \b
    DATA 是文件夹，有 settlements（居民点）、sites（校点）两张表，可加 distances（距离）。
    DATA is a folder with the tables settlements and sites, and distances where measured.
    退出码 Exit status: 0 有答复（包括“做不到”） answered, also "it cannot be done";
    2 用法不对 wrong usage; 3 数据须改正 the data needs mending.
    例 Examples:
        junheng site-demo out/siting
        junheng site out/siting --schools 10 --radius 8 --map out/catchments.png
        junheng site out/siting --by cost --pupil-km 300 --out out/layout --files csv
    """
    from junheng.cli.site_reading import read

    kind = asked.pop("files")
    _refuse_to_overwrite(out, picture)
    given = read(data)
    layout = _laid_out(given, asked, language)
    for notice in layout.question.notices:
        click.echo(notice.say(language), err=True)
    _show(layout, given, form, language)
    _keep(layout, given, (out, kind, picture), language)


def _refuse_to_overwrite(out: Path | None, picture: Path | None) -> None:
    from junheng.report.site_files import refuse_others

    if out is not None:
        refuse_others(out)
    if picture is not None and picture.suffix.lower() not in _PICTURES:
        raise WrongUse("site.picture_kind", found=picture)
    if picture is not None and picture.exists():
        raise WrongUse("site.file_exists", found=picture)


def _laid_out(given: Read, asked: dict[str, Any], language: str) -> Layout:
    try:
        import numpy  # noqa: F401  # the first that is missing where the extra is
    except ImportError as error:
        raise WrongUse("site.needs_extra", extra="plan") from error
    from junheng.cli.site_progress import ticking
    from junheng.plan.site import lay_out
    from junheng.plan.site_outcome import Effort
    from junheng.plan.site_question import Travel, Wanted

    effort = Effort(asked.pop("seconds"), asked.pop("gap"))
    travel = Travel(asked.pop("detour"), asked.pop("pace"))
    with ticking(language, effort.seconds) as progress:
        return lay_out(given.tables, Wanted(travel=travel, **asked), effort, progress)


def _show(layout: Layout, given: Read, form: str, language: str) -> None:
    if form == "json":
        from junheng.report.site_files import document

        json.dump(document(layout, given.digest), sys.stdout, ensure_ascii=False, indent=1,
                  allow_nan=False)  # fmt: skip
        sys.stdout.write("\n")
        return
    from junheng.cli.site_page import print_page

    print_page(layout, language)


def _keep(
    layout: Layout, given: Read, places: tuple[Path | None, str, Path | None], language: str
) -> None:
    from junheng.errors import say
    from junheng.report import site_files

    out, kind, picture = places
    if out is not None:
        site_files.write(layout, out, kind, given.digest)
        click.echo(say("site.written", language, out=out), err=True)
    if picture is not None and layout.outcome.best is None:
        click.echo(say("site.no_map", language), err=True)
    elif picture is not None:
        try:
            from junheng.report.site_map import catchments
        except ImportError as error:
            raise WrongUse("site.needs_extra", extra="documents") from error
        site_files.draw(catchments(layout, language), picture)
        click.echo(say("site.written", language, out=picture), err=True)
