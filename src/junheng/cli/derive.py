"""junheng derive: from individual registers to the tables that are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from junheng.cli import engine
from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from junheng.cli.derive_out import Brought
    from junheng.derive import Definitions, Derived
    from junheng.intake import Dataset


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for."""

    registers: Path | str
    out: Path
    against: Path | str | None
    definitions: Path | None
    form: str


@click.command("derive")
@click.argument("registers", type=engine.Place())
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--against", type=engine.Place(), metavar="DATA",
              help="与填报数据核对 Compare with what was reported.")  # fmt: skip
@click.option("--definitions", type=click.Path(path_type=Path), metavar="FILE",
              help="自己的口径 Definitions of one's own [default: those shipped].")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="各表的格式 Kind of the tables.")  # fmt: skip
@engine.options
@language_option
def command(language: str, **asked: Any) -> None:
    """由名册计算各表 Derive sections, classes and facts from REGISTERS, a folder of registers, into OUT.

    \b
    名册：teachers、classes、pupils（教师名册、班级名册、学生名册），CSV或Parquet，只用代号，
    不得有姓名、证件号、电话。Registers hold pseudonyms only: names, identity numbers and
    telephones are refused.
    退出码 Exit status: 0 已写好 written; 2 用法不对 wrong usage; 3 名册需改正 registers need
    mending (every problem is listed, nothing is written).
    例 Examples:
        junheng demo out/registers --registers && junheng demo out/demo
        junheng derive out/registers out/derived --against out/demo
    """
    from junheng.cli import derive_out

    chosen = engine.chosen(asked)
    wanted = Asked(**asked)
    derive_out.refuse_unless_ours(wanted.out)
    definitions = _definitions(wanted)
    with engine.opened(chosen, language) as running:
        dataset = _read(wanted, by_spark=chosen.name == "spark")
        for notice in dataset.notices:
            click.echo(notice.say(language), err=True)
        found = _derived(wanted, dataset.tables, definitions, running, language)
    about = {"registers": dataset.digest, "against": found.against}
    derive_out.write(found, definitions, about, wanted)
    _tell(found, definitions, wanted, language)


def _read(wanted: Asked, *, by_spark: bool) -> Dataset:
    if by_spark:
        from junheng.cli.derive_spark import read

        return read(wanted.registers)
    from junheng.intake.registers import read_registers

    if isinstance(wanted.registers, str):
        raise WrongUse("engine.uri_needs_spark", found=wanted.registers)
    return read_registers(wanted.registers)


def _definitions(wanted: Asked) -> Definitions:
    from junheng.derive import load_definitions

    return load_definitions(wanted.definitions) if wanted.definitions else load_definitions()


def _derived(
    wanted: Asked,
    registers: Mapping[str, Any],
    definitions: Definitions,
    running: engine.Engine,
    language: str,
) -> Brought:
    """Derive, compare if asked to, and bring the results here."""
    from junheng.cli import derive_out
    from junheng.cli.progress import years_bar
    from junheng.derive import derive

    reported = _reported(wanted.against, running) if wanted.against else None
    with years_bar(language, "registers") as progress:
        keep = derive_out.Keep(progress, len(registers) + 2)
        derived = derive(registers, definitions, keep=keep)
        differences = _compared(derived, reported, wanted) if reported else None
        found = derive_out.bring(derived, differences, reported.digest if reported else None)
        keep.done()
    return found


def _reported(against: Path | str, running: engine.Engine) -> Dataset:
    """Read what was reported: here if it lies here, for it is far smaller than registers."""
    if isinstance(against, Path):
        from junheng.intake import read

        return read(against)
    from dataclasses import replace

    from junheng.cli.derive_out import here

    data = running.read(against)
    return replace(data, tables={name: here(frame).lazy() for name, frame in data.tables.items()})


def _compared(derived: Derived, reported: Dataset, wanted: Asked) -> Any:
    from junheng.derive import compare

    try:
        return compare(derived, reported.tables)
    except KeyError as error:
        raise WrongUse("derive.nothing_to_compare", found=str(wanted.against)) from error


def _tell(found: Brought, definitions: Definitions, wanted: Asked, language: str) -> None:
    fields = {"definitions": definitions.label.say(language), "version": definitions.version}
    sections, unknown = found.tables["sections"].height, found.gaps.height
    said = say(
        "derive.written", language, out=wanted.out, sections=sections, unknown=unknown, **fields
    )
    click.echo(said)
    if found.differences is not None:
        click.echo(say("derive.compared", language, **found.by_kind()))
