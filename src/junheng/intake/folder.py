"""A folder with a file for each table, or with workbooks; or a zip of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, guard, lines, workbook
from junheng.intake.dataset import Raw
from junheng.intake.gathered import Gathered, Taker
from junheng.intake.labels import closed, known
from junheng.model.tables import TABLES

_LARGE = 32 * 2**20
_SILENT = (".txt", ".md")
"""Files that explain others."""


def gather(folder: Path) -> Gathered:
    """Find the tables of a folder; files of other names are said and left alone."""
    return _gathered(sorted(folder.iterdir()), keep=False)


def gather_zip(path: Path) -> Gathered:
    """Find the tables of a zip; nothing of it stays on disk, and nothing outlives its reading."""
    with TemporaryDirectory(prefix="junheng-") as folder:
        paths = []
        for place, (name, data) in enumerate(guard.archive(path)):
            file = Path(folder, str(place), PurePosixPath(name).name)
            file.parent.mkdir()
            file.write_bytes(data)
            paths.append(file)
        return _gathered(sorted(paths, key=lambda file: file.name), keep=True)


def _gathered(paths: Iterable[Path], *, keep: bool) -> Gathered:
    found = Gathered()
    things: list[tuple[str, str, Taker]] = []
    for path in paths:
        if not path.name.startswith((".", "~$")) and path.suffix.lower() not in _SILENT:
            with _telling(path, found):
                things += _things(path, found, keep=keep)
    for name, take in found.sort_out(things):
        take(name, found)
    return found


def _things(path: Path, found: Gathered, *, keep: bool) -> Iterator[tuple[str, str, Taker]]:
    """Give the tables that a file may hold."""
    suffix = path.suffix.lower()
    if suffix in guard.SUFFIXES:
        if table := known(path.stem):
            found.named.add(table.name)
        yield from workbook.sheets(path, found)
    else:
        reader = partial(_take, path, keep)
        yield path.stem if suffix in _READERS else "", path.name, reader


def _take(path: Path, keep: bool, name: str, found: Gathered) -> None:  # noqa: FBT001  # partial
    with _telling(path, found):
        found.engine = "streaming" if path.stat().st_size > _LARGE else found.engine
        _READERS[path.suffix.lower()](path, keep, name, found)


@contextmanager
def _telling(path: Path, found: Gathered) -> Iterator[None]:
    """Add what goes wrong with one file to what is told, and go on with the others."""
    try:
        yield
    except DataNeedsMending as refusal:
        found.problems += refusal.problems
    except OSError as error:
        found.problems.append(closed(path, error))


def _csv(path: Path, keep: bool, name: str, found: Gathered) -> None:  # noqa: FBT001
    text = lines.recognise(path, keep=True) if keep else lines.recognise(path)
    if text.encoding != "utf-8":
        found.notices.append(Problem("intake.encoding", file=path.name, encoding="GB18030"))
    found.digests[name] = text.digest
    found.raws.append(lines.raw(path, text, TABLES[name]))


def _parquet(path: Path, keep: bool, name: str, found: Gathered) -> None:  # noqa: FBT001
    source = io.BytesIO(path.read_bytes()) if keep else path
    frame = pl.scan_parquet(source, glob=False)
    try:
        names = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        broken = Problem("intake.file_broken", file=path.name)
        raise DataNeedsMending([broken]) from error
    headings = tuple((name, name) for name in names)
    found.digests[name] = digest.of_file(path)
    found.raws.append(Raw(TABLES[name], path.name, headings, frame))


_READERS: dict[str, Callable[[Path, bool, str, Gathered], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
}
