"""Write made-up registers into a folder, some counties at a time: any size in little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path

import polars as pl

from junheng.demo import registers
from junheng.demo.folder import NOTE, Case, Progress, in_parts, put, silent, sink
from junheng.demo.wanted import Wanted
from junheng.derive.registers import REGISTERS
from junheng.errors import WrongUse

_CASES_A_PART: Mapping[str, int] = {"teachers": 150, "classes": 300, "pupils": 10}
_MOST_NOISE = 0.5


@dataclass(frozen=True, slots=True)
class WantedRegisters:
    """Which registers, of which counties and years.

    `noise` is the odds with which a teacher is left out of the register, or has no degree in it,
    half each; 0 makes registers that agree with the made-up sections and facts.
    """

    wanted: Wanted = field(default_factory=Wanted)
    pupils: bool = False
    noise: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.noise <= _MOST_NOISE:
            raise WrongUse("demo.noise", found=self.noise, most=_MOST_NOISE)


def write(
    out: Path, asked: WantedRegisters | None = None, *, progress: Progress | None = None
) -> None:
    """Write made-up registers: a file each, and a note that says they are made up.

    CSV for up to five counties × years, Parquet beyond. Raises WrongUse if OUT holds anything but
    an earlier set of made-up registers, or cannot be written; OUT is then as it was.
    """
    asked, told = asked or WantedRegisters(), progress or silent
    put(out, lambda draft: _fill(draft, asked, told), REGISTERS)


def _fill(draft: Path, asked: WantedRegisters, progress: Progress) -> None:
    wanted = asked.wanted
    makers: dict[str, Callable[[Sequence[Case], int], pl.LazyFrame]] = {
        "teachers": partial(registers.teachers, noise=asked.noise),
        "classes": registers.classes,
    }
    if asked.pupils:
        makers["pupils"] = registers.pupils
    done, total = 0, len(makers) * len(wanted.cases)

    def made(name: str) -> Iterator[pl.DataFrame]:
        nonlocal done
        for part in in_parts(wanted.cases, _CASES_A_PART[name]):
            yield makers[name](part, wanted.seed).collect()
            done += len(part)
            progress(done, total)

    for name in makers:
        sink(made(name), draft / f"{name}.{wanted.suffix}")
    (draft / NOTE).write_text(_described(asked), "utf-8", newline="\n")


def _described(asked: WantedRegisters) -> str:
    wanted, years = asked.wanted, asked.wanted.years
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    note = resources.files("junheng.demo").joinpath("registers_note.txt").read_text("utf-8")
    return note.format(
        counties=wanted.counties,
        first=wanted.cases[0][1],
        last=wanted.cases[-1][1],
        years=span,
        seed=wanted.seed,
        noise=asked.noise,
        pupils_zh="有" if asked.pupils else "没有",
        pupils_en="written" if asked.pupils else "left out",
        options=f"--counties {wanted.counties} --years {span} --seed {wanted.seed}",
    )
