"""junheng rotate: named moves of teachers for a school year."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import judging
from junheng.cli.main import form as format_option
from junheng.cli.main import language as language_option
from junheng.cli.main import out as out_option
from junheng.cli.progress import years_bar
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    import polars as pl

    from junheng.derive.definitions import Definitions
    from junheng.plan.rotate import County, Rotation
    from junheng.plan.rotate_exchange import Rule

MARK = "rotation.json"
_STEPS = 2
"""Judging the county, and finding the moves: told when they take long."""
_PATH = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for beside the data and the rules."""

    registers: Path
    wishes: Path | None
    areas: Path | None
    definitions: Path | None
    kinds: tuple[str, ...]
    seconds: float
    next_year: bool
    form: str
    out: Path | None
    language: str


@dataclass(frozen=True, slots=True)
class Given:
    """What is read beside the data: registers, wishes and areas, definitions."""

    registers: Any
    sides: dict[str, pl.DataFrame]
    definitions: Definitions


@click.command("rotate")
@judging.options
@click.argument("registers", type=_PATH)
@click.option(
    "--wishes", type=_PATH, help="交流意愿 Table of wishes and exclusions (.csv, .parquet)."
)
@click.option("--areas", type=_PATH, help="学校片区 Table of the schools' areas (.csv, .parquet).")
@click.option(
    "--definitions",
    type=_PATH,
    help="自己的口径 Definitions of one's own [default: those shipped].",
)
@click.option(
    "--for",
    "kinds",
    multiple=True,
    help="均衡哪类教师，依次 Kind of teachers to even out, in order.",
)
@click.option(
    "--next-year",
    is_flag=True,
    help="为下一学年安排 For the next year: nobody has moved yet, all are a year longer there.",
)
@click.option(
    "--time-limit",
    "seconds",
    type=click.FloatRange(1),
    default=60.0,
    show_default=True,
    help="最多算几秒 Seconds at most.",
)
@format_option
@out_option("写成工作簿和Parquet的文件夹 Folder for the workbook and Parquet.")
@language_option
def command(**asked: Any) -> None:
    """排教师交流轮岗 Name the teachers who move this year, from DATA and REGISTERS (pseudonyms).

    先把富余教师调到最缺的学校（缺额的洛伦兹占优分配），再在同类教师间以最少的对调凑足轮岗规则
    （符合条件的10%，其中骨干20%）。没有人去不接受的学校，没有人一年动两次。
    Teachers to spare go where most are short (Lorenz-dominant deficits); then as few exchanges among
    equals as the rule of rotation still takes.

    \b
    例 Examples:
        junheng demo out/registers --registers
        junheng rotate out/demo out/registers --standard cn-quality-2017
        junheng rotate out/demo out/registers --standard cn-quality-2017 --wishes wishes.csv --out moves
    """
    names = [one.name for one in fields(Asked)]
    wanted = Asked(**{name: asked.pop(name) for name in names})
    with years_bar(wanted.language, "rules") as progress:
        given = _given(wanted)
        progress(0, _STEPS)
        county, rule, about = _county(judging.chosen(asked), wanted)
        progress(1, _STEPS)
        found = _rotated(county, rule, given, wanted)
        progress(_STEPS, _STEPS)
    about |= _said(found)
    if wanted.out:
        _write(found, about, wanted.out, wanted.language)
    elif wanted.form == "json":
        answer = about | {name: frame.to_dicts() for name, frame in _frames(found).items()}
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    else:
        from junheng.cli.rotate_page import print_page

        print_page(found, wanted.language)


def _county(choice: judging.Choice, wanted: Asked) -> tuple[County, Rule | None, dict[str, Any]]:
    from junheng.cli.gaps import latest
    from junheng.inmemory import hold
    from junheng.plan.gaps import gaps
    from junheng.plan.rotate import county_of, rule_for
    from junheng.report.as_json import about

    ready = judging.ready(choice)
    ready = replace(ready, regimes=latest(ready))
    if len(ready.counties) != 1:
        allowed = ", ".join(ready.counties[:3])
        raise WrongUse("cli.which_county", n=len(ready.counties), allowed=allowed)
    judging.tell(ready.dataset, ready.regimes, wanted.language)
    ((code,), year) = ready.counties, max(ready.years)
    regime = next(r for r in ready.regimes if r.cut(ready.tables)["schools"].collect().height)
    tables = regime.cut(ready.tables)
    found = gaps(tables, regime.standard, keep=hold)
    rule, notes = rule_for(regime.standard)
    for note in notes:
        click.echo(note.say(wanted.language), err=True)
    rests_on = about((regime,), ready.standard, ready.dataset.digest)
    return county_of(tables, found, code, year), rule, rests_on


def _given(wanted: Asked) -> Given:
    """Read what is given beside the data, first: what is wrong with it is said before the work."""
    from junheng.derive import load_definitions
    from junheng.intake.registers import read_registers
    from junheng.intake.side import read_side
    from junheng.plan.rotate_staff import AREAS, WISHES, next_year

    registers = read_registers(wanted.registers)
    if "teachers" not in registers.tables:
        raise WrongUse("rotate.no_register", found=wanted.registers)
    tables = next_year(registers.tables) if wanted.next_year else registers.tables
    sides: dict[str, pl.DataFrame] = {
        table.name: read_side(path, table)
        for table, path in ((WISHES, wanted.wishes), (AREAS, wanted.areas))
        if path
    }
    definitions = load_definitions(wanted.definitions) if wanted.definitions else load_definitions()
    return Given(tables, sides, definitions)


def _rotated(county: County, rule: Rule | None, given: Given, wanted: Asked) -> Rotation:
    from junheng.plan.rotate import rotate

    return rotate(
        county, given.registers, given.definitions, rule,
        sides=given.sides, kinds=wanted.kinds, seconds=wanted.seconds,
    )  # fmt: skip


def _said(found: Rotation) -> dict[str, Any]:
    return {
        "rule": asdict(found.rule) if found.rule else None,
        "tally": asdict(found.tally),
        "short": found.short,
        "short_of_backbone": found.short_of_backbone,
        "eligibility_unknown": found.unknown,
        "certain": found.certain,
    }


def _frames(found: Rotation) -> dict[str, pl.DataFrame]:
    return {"moves": found.moves, "deficits": found.deficits, "stays": found.stays,
            "edits": found.edits}  # fmt: skip


def _write(found: Rotation, about: dict[str, Any], out: Path, language: str) -> None:
    from junheng.report import plan_rotation
    from junheng.report.frames import write_folder

    def workbook(folder: Path) -> None:
        plan_rotation.write(found, folder / plan_rotation.WORKBOOK, language)

    write_folder(_frames(found), out, MARK, about, also=workbook)
    click.echo(say("rotate.written", language, out=out), err=True)
