"""A folder with a file for each table, or with workbooks; or a zip of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import digest, lines
from junheng.intake.dataset import Raw
from junheng.intake.gathered import Gathered, Taker
from junheng.intake.labels import closed, known
from junheng.intake.workbook_words import SUFFIXES
from junheng.model.tables import TABLES

T = TypeVar("T")
Look = Callable[[Path, bool], T]
Take = Callable[[Path, Any, str, Gathered], None]
_AT_ONCE = 4
"""Files that are looked at beside each other; fingerprints hold no lock of Python."""
_LARGE = 32 * 2**20
_SILENT = (".txt", ".md")
"""Files that explain others."""


def gather(folder: Path) -> Gathered:
    """Find the tables of a folder; files of other names are said and left alone."""
    return _gathered(sorted(folder.iterdir()), keep=False)


def gather_zip(path: Path) -> Gathered:
    """Find the tables of a zip; nothing of it stays on disk, and nothing outlives its reading."""
    from junheng.intake import guard  # a folder of CSV is read without it

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
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for path in paths:
            if not path.name.startswith((".", "~$")) and path.suffix.lower() not in _SILENT:
                with _telling(path, found):
                    things += _things(path, found, partial(_look, pool, path, keep))
        for name, take in found.sort_out(things):
            take(name, found)
    return found


def _look(pool: Executor, path: Path, keep: bool, look: Look[T]) -> Callable[[], T]:  # noqa: FBT001
    """Look at a whole file: ahead of its turn, beside others, if it is sure to have one."""
    return pool.submit(look, path, keep).result if known(path.stem) else partial(look, path, keep)


def _things(
    path: Path, found: Gathered, looking: Callable[[Look[Any]], Callable[[], Any]]
) -> Iterator[tuple[str, str, Taker]]:
    """Give the tables that a file may hold."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        from junheng.intake import workbook  # a folder of CSV is read without it

        if table := known(path.stem):
            found.named.add(table.name)
        yield from workbook.sheets(path, found)
    elif suffix in _READERS:
        look, take = _READERS[suffix]
        yield path.stem, path.name, partial(_take, path, looking(look), take)
    else:
        yield "", path.name, _nothing


def _nothing(name: str, found: Gathered) -> None:
    """Take nothing: a file that is no table has no turn."""


def _take(path: Path, looked: Callable[[], Any], take: Take, name: str, found: Gathered) -> None:
    with _telling(path, found):
        found.engine = "streaming" if path.stat().st_size > _LARGE else found.engine
        take(path, looked(), name, found)


@contextmanager
def _telling(path: Path, found: Gathered) -> Iterator[None]:
    """Add what goes wrong with one file to what is told, and go on with the others."""
    try:
        yield
    except DataNeedsMending as refusal:
        found.problems += refusal.problems
    except OSError as error:
        found.problems.append(closed(path, error))


def _csv(path: Path, text: lines.Text, name: str, found: Gathered) -> None:
    if text.encoding != "utf-8":
        found.notices.append(Problem("intake.encoding", file=path.name, encoding="GB18030"))
    found.digests[name] = text.digest
    found.raws.append(lines.raw(path, text, TABLES[name]))


def _recognised(path: Path, keep: bool) -> lines.Text:  # noqa: FBT001  # as the other look
    return lines.recognise(path, keep=keep)


def _parquet(path: Path, held: tuple[Path | io.BytesIO, str], name: str, found: Gathered) -> None:
    source, found.digests[name] = held
    frame = pl.scan_parquet(source, glob=False)
    try:
        names = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        broken = Problem("intake.file_broken", file=path.name)
        raise DataNeedsMending([broken]) from error
    headings = tuple((name, name) for name in names)
    found.raws.append(Raw(TABLES[name], path.name, headings, frame, scanned=True))


def _held(path: Path, keep: bool) -> tuple[Path | io.BytesIO, str]:  # noqa: FBT001  # as the other
    return io.BytesIO(path.read_bytes()) if keep else path, digest.of_file(path)


_READERS: dict[str, tuple[Look[Any], Take]] = {
    ".csv": (_recognised, _csv),
    ".parquet": (_held, _parquet),
}
"""How to look at the whole of a file, and what to take from what was seen."""
