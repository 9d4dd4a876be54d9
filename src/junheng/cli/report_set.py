"""Make the documents of many counties: some counties at a time, in several processes."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from junheng.cli import judging, report_province
from junheng.errors import WrongUse

Row = dict[str, str]
Progress = Callable[[int, int], None]
MARK = "documents.csv"
"""Lists what was made; also the mark by which a folder is known to be ours to add to."""
HEADINGS = ("county", "year", "standard", "kind", "file", "sha256", "verdict")
_OF = HEADINGS[:4]
_AT_A_TIME = 4
"""Most counties that a process judges together."""
_ROUNDS = 3
"""How often each process is to take up work, so that one sees it go on and none waits long."""
_MANY_KINDS = 4
"""From so many kinds on it pays to judge a county twice, and make them in two processes."""
Task = tuple[tuple[str, ...], tuple[str, ...]]
"""Some counties, and the kinds to be made of them."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which documents of which counties are wanted."""

    choice: judging.Choice
    kinds: tuple[str, ...]
    counties: tuple[str, ...]
    year: int
    layout: Path | None
    language: str
    jobs: int | None = None
    target_year: int | None = None
    pdf: str = "typst"


def make(order: Order, ready: judging.Ready, out: Path, progress: Progress) -> list[Path]:
    """Make the documents and put them into OUT, all of them or none; give their paths in OUT.

    What OUT held of the same county, year, standard and kind is replaced, all else is left as it
    was. Raises WrongUse when OUT holds files but was not made by this command, when a package is
    not installed, or a layout does not fit.
    """
    from junheng.report import as_csv

    _check(order, ready, out)
    with as_csv.folder(out, keep=True) as draft:
        kept = _without(order, ready.standard.id, draft)
        rows = [
            *_made(order, ready, draft, progress),
            *report_province.documents(order, ready, draft),
        ]
        listed = sorted([*kept, *rows], key=lambda row: [row[name] for name in HEADINGS])
        as_csv.log(draft / MARK, HEADINGS, listed)
    return [out / row["file"] for row in rows]


def _check(order: Order, ready: judging.Ready, out: Path) -> None:
    """Refuse what cannot be made before anything is made."""
    from junheng.report.forms.layout import load_layout
    from junheng.report.kinds import KINDS

    if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
        raise WrongUse("cli.not_ours_to_replace", found=out)
    if order.target_year is not None and order.target_year <= order.year:
        raise WrongUse("report.target_is_past", found=order.target_year, year=order.year)
    for name in order.kinds:
        KINDS[name].maker()
    if "form" in order.kinds or order.layout:
        load_layout(ready.standard.id, order.layout)


def _without(order: Order, standard: str, draft: Path) -> list[Row]:
    """Take out what is to be made again; give the rows of what stays."""
    if not (draft / MARK).is_file():
        return []
    with (draft / MARK).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    counties = (*order.counties, *([report_province.EVERY] if len(order.counties) > 1 else ()))
    again = {(county, str(order.year), standard, kind)
             for county in counties for kind in order.kinds}  # fmt: skip
    for row in rows:
        old = (draft / row["file"]).resolve()
        if tuple(row[name] for name in _OF) in again and old.is_relative_to(draft):
            old.unlink(missing_ok=True)
    return [row for row in rows if tuple(row[name] for name in _OF) not in again]


def _tasks(order: Order, jobs: int) -> list[Task]:
    """Divide the work: some counties at a time, and where there are few, many kinds among processes."""
    at_a_time = min(_AT_A_TIME, -(-len(order.counties) // (_ROUNDS * jobs)))
    starts = range(0, len(order.counties), at_a_time)
    groups = [order.counties[start : start + at_a_time] for start in starts]
    parts = 1 if len(order.kinds) < _MANY_KINDS else max(1, jobs // len(groups))
    kinds = [order.kinds[part::parts] for part in range(min(parts, len(order.kinds)))]
    return [(group, some) for group in groups for some in kinds]


def _made(order: Order, ready: judging.Ready, draft: Path, progress: Progress) -> Iterator[Row]:
    """Make the documents, in as many processes as there is work for."""
    jobs = order.jobs or os.cpu_count() or 1
    tasks = _tasks(order, jobs)
    workers = min(jobs, len(tasks))
    if workers == 1:
        for done, task in enumerate(tasks):
            progress(done, len(tasks))
            yield from _documents(order, ready, task, draft)
        progress(len(tasks), len(tasks))
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (order, draft)) as pool:
        try:
            yield from _gathered(pool, tasks, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _gathered(
    pool: ProcessPoolExecutor, tasks: Sequence[Task], progress: Progress
) -> Iterator[Row]:
    with _uninterrupted():
        futures = [pool.submit(_in_process, task) for task in tasks]
    for done, future in enumerate(as_completed(futures), 1):
        rows, refused = future.result()
        if refused:
            code, fields = refused
            raise WrongUse(code, **fields)
        progress(done, len(tasks))
        yield from rows


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let nobody interrupt; processes begun here are not interrupted either, until they say so."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_here: dict[str, Any] = {}
"""In a process of its own: the order, the data read once, and the folder."""


def _begin(order: Order, draft: Path) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.update(order=order, ready=judging.ready(order.choice), draft=draft)


def _end_with_parent() -> None:
    """End when the process that hands out work was killed: nobody waits for this one any more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _in_process(
    task: Task,
) -> tuple[list[Row], tuple[str, Mapping[str, object]] | None]:
    """Make documents in a process; an error of ours goes back as its code and fields.

    Interrupted (Ctrl+C reaches every process of a terminal), it ends without a word.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return list(_documents(_here["order"], _here["ready"], task, _here["draft"])), None
    except WrongUse as error:
        return [], (error.code, error.fields)
    except KeyboardInterrupt:
        os._exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _documents(order: Order, ready: judging.Ready, task: Task, draft: Path) -> Iterator[Row]:
    """Judge some counties together, and make every kind of document of each."""
    from junheng.report.bundle import bundles
    from junheng.report.kinds import KINDS

    group, kinds = task
    years = any(KINDS[name].years for name in kinds)
    wanted = [year for year in ready.years if year == order.year or (years and year < order.year)]
    regimes = [replace(regime, days={y: d for y, d in regime.days.items() if y in wanted})
               for regime in ready.regimes]  # fmt: skip
    made = bundles(
        _narrowed(ready.tables, group, wanted),
        [regime for regime in regimes if regime.days],
        input_digest=ready.dataset.digest,
        language=order.language,
    )
    for bundle in made:
        if bundle.year == order.year:
            asked = replace(bundle, layout=order.layout, target=order.target_year)
            yield from _of_county(kinds, asked, draft, order.pdf)


def _of_county(kinds: Sequence[str], bundle: Any, draft: Path, pdf: str) -> Iterator[Row]:
    from junheng.report.kinds import KINDS

    folder = draft / f"{bundle.code}-{bundle.year}-{bundle.standard.id}"
    folder.mkdir(exist_ok=True)
    for name in kinds:
        said = bundle.said_in("zh") if KINDS[name].chinese else bundle
        made = list(KINDS[name].maker()(said, folder))
        for path in _by_office(made) if pdf == "libreoffice" else made:
            yield {
                "county": bundle.code,
                "year": str(bundle.year),
                "standard": bundle.standard.id,
                "kind": name,
                "file": path.relative_to(draft).as_posix(),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "verdict": bundle.digest,
            }


def _by_office(made: Sequence[Path]) -> list[Path]:
    """Let LibreOffice make the PDF of every Word document, in place of the one set by Typst."""
    from junheng.report.letters.pdf import by_libreoffice

    folders: dict[Path, list[Path]] = {}
    for path in made:
        if path.suffix == ".docx":
            folders.setdefault(path.parent, []).append(path)
    pdfs = [pdf for folder, words in folders.items() for pdf in by_libreoffice(words, folder)]
    return list(dict.fromkeys([*made, *pdfs]))


def _narrowed(
    tables: Mapping[str, Any], counties: Sequence[str], years: Sequence[int]
) -> dict[str, Any]:
    """Keep the rows of some counties and years, of the tables that name only schools as well."""
    import polars as pl

    mine = pl.col("county").is_in(list(counties))
    lazy = {name: pl.LazyFrame(frame) if isinstance(frame, pl.DataFrame) else frame
            for name, frame in tables.items()}  # fmt: skip
    lazy = {name: frame.filter(pl.col("year").is_in(list(years))) for name, frame in lazy.items()}
    schools = lazy["schools"].filter(mine).collect()
    keys = schools.select("year", "school").lazy()
    cut: dict[str, Any] = {}
    for name, frame in lazy.items():
        has_county = "county" in frame.collect_schema().names()
        cut[name] = frame.filter(mine) if has_county else frame.join(
            keys, on=["year", "school"], how="semi", maintain_order="left")  # fmt: skip
    return {name: frame.collect().lazy() for name, frame in cut.items()}
