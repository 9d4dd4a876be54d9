"""Which engine computes: Polars in this process, or Spark, here or on a cluster.

A command opens an engine, reads the data with it and judges or checks on it. What is computed is
the same code for all; an engine says only how tables are read, how an intermediate result is kept,
and how results are brought to this process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from junheng.errors import WrongUse

if TYPE_CHECKING:
    from junheng.evaluate.regimes import Regime
    from junheng.intake import Dataset
    from junheng.report.collected import Collected, Progress

F = TypeVar("F", bound=Callable[..., Any])


class Engine(Protocol):
    """How tables are read, kept and brought here."""

    def read(self, data: Path | str) -> Dataset:
        """Read and check a data set; its tables are lazy frames of the engine's own kind."""

    def keep(self, frame: Any) -> Any:
        """Compute an intermediate result once."""

    def by_year(
        self, tables: Mapping[str, Any], regimes: Sequence[Regime], progress: Progress | None = None
    ) -> Iterator[Collected]:
        """Judge, and bring the verdicts here, one year of one regime at a time."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the options ask for."""

    name: str
    master: str | None
    settings: tuple[str, ...]


def options(command: F) -> F:
    """Add the options by which an engine is chosen."""
    for add in reversed(
        [
            click.option("--engine", type=click.Choice(["polars", "spark"]), default="polars",
                         show_default=True, help="计算引擎 Engine."),
            click.option("--spark-master", metavar="URL",
                         help="Spark主节点 Master: local[4], spark://HOST:7077, yarn, k8s://… "
                         "[default: local[*]]."),
            click.option("--spark-conf", multiple=True, metavar="NAME=VALUE",
                         help="Spark设置，可重复 Setting of Spark."),
        ]
    ):  # fmt: skip
        command = add(command)
    return command


def chosen(asked: dict[str, Any]) -> Chosen:
    """Take the options above out of a command's arguments."""
    wanted = Chosen(asked.pop("engine"), asked.pop("spark_master"), asked.pop("spark_conf"))
    if wanted.name != "spark" and (wanted.master or wanted.settings):
        raise WrongUse("engine.master_alone")
    return wanted


class Place(click.ParamType[Path | str]):
    """Where data is: a path of this machine, or an address that only Spark can read."""

    name = "path"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Give a path, or an address as it was typed."""
        del param, ctx
        return value if "://" in str(value) else Path(value)


@contextmanager
def opened(wanted: Chosen, language: str) -> Iterator[Engine]:
    """Open an engine, and close it again; a Spark session that was there before stays open."""
    if wanted.name == "polars":
        yield Polars()
        return
    from junheng.cli.engine_session import session, settings_of

    with session(wanted.master, settings_of(wanted.settings), language) as running:
        from junheng.cli.engine_spark import Spark, finished

        with finished():
            yield Spark(running, language)


class Polars:
    """In this process, all its cores, one year in memory at a time."""

    _in_memory = False

    def read(self, data: Path | str) -> Dataset:
        """Read with the intake: files, workbooks and zips."""
        from junheng.intake import read

        if isinstance(data, str) and not os.path.exists(data):  # noqa: PTH110  # an address
            raise WrongUse("engine.uri_needs_spark", found=data)
        found = read(data)
        self._in_memory = found.in_memory
        return found

    def keep(self, frame: Any) -> Any:
        """Compute an intermediate result and hold it in memory."""
        from junheng.inmemory import hold

        return hold(frame)

    def by_year(
        self, tables: Mapping[str, Any], regimes: Sequence[Regime], progress: Progress | None = None
    ) -> Iterator[Collected]:
        """Judge each year by itself."""
        from junheng.report.collected import by_year, held

        return by_year(held(tables) if self._in_memory else tables, regimes, progress)
