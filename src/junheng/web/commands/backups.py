"""A backup: one tar of the database, the files, and a list of what must be in it.

A copy counts only when it was checked: `read` looks at every byte before anything is restored.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from junheng import __version__
from junheng.errors import Problem, Problems, WrongUse
from junheng.web.audit.verify_log import check
from junheng.web.commands import dumps

LIST = "list.json"
FORMAT = 1


class DamagedBackup(Problems):
    """A backup that is not what its list says; nothing was restored from it."""

    def say(self, language: str) -> str:
        """Say everything that is wrong with it."""
        from junheng.errors import say

        return say("web.restore_damaged", language, problems=super().say(language))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: files by name with their digests, rows by table."""

    engine: str
    files: dict[str, str]
    rows: dict[str, int]

    def as_json(self) -> bytes:
        """Write the list."""
        found = {"format": FORMAT, "junheng": __version__, "engine": self.engine}
        text = json.dumps({**found, "files": self.files, "rows": self.rows}, indent=1)
        return text.encode()


def write(out: Path) -> Contents:
    """Back up the database and the files into OUT, which must be new.

    The database is copied first, as of one moment; files are never changed or deleted, so all that
    the copy names are there afterwards.
    """
    if out.exists():
        raise WrongUse("web.backup_exists", out=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with TemporaryDirectory(prefix="junheng-", dir=out.parent) as name:
            database = Path(name) / "database"
            rows = dumps.dump(database)
            contents = _pack(draft, database, rows)
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _pack(draft: Path, database: Path, rows: dict[str, int]) -> Contents:
    from django.conf import settings

    blobs = Path(settings.BLOBS)
    kept = [p for p in sorted(blobs.glob("??/*")) if len(p.name) == 64]  # noqa: PLR2004  # of SHA-256
    files = {"database": digest_of(database), **{f"blobs/{p.name}": p.name for p in kept}}
    contents = Contents(dumps.engine(), files, rows)
    draft.touch(0o600)  # it holds everything: for the owner's eyes only
    with draft.open("wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            head = tarfile.TarInfo(LIST)
            head.size = len(contents.as_json())
            tar.addfile(head, io.BytesIO(contents.as_json()))
            tar.add(database, "database")
            for path in kept:
                tar.add(path, f"blobs/{path.name}")
        stream.flush()
        os.fsync(stream.fileno())
    return contents


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def opened(path: Path, beside: Path) -> Iterator[tuple[Path, Contents]]:
    """Unpack a backup into a folder of its own and check all of it; DamagedBackup if it is not whole."""
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".junheng-restore-", dir=beside) as name:
        folder = Path(name)
        try:
            with tarfile.open(path) as tar:
                tar.extractall(folder, filter="data")
            contents = _contents(json.loads((folder / LIST).read_text("utf-8")))
        except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise WrongUse("web.restore_unreadable", path=path, reason=reason) from error
        problems = [*_files(folder, contents), *_database(folder, contents)]
        if problems:
            raise DamagedBackup(problems)
        yield folder, contents


def _contents(found: dict[str, Any]) -> Contents:
    if found["format"] != FORMAT:
        raise ValueError(found["format"])
    return Contents(found["engine"], dict(found["files"]), dict(found["rows"]))


def _files(folder: Path, contents: Contents) -> Iterator[Problem]:
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {LIST}
    for name, digest in contents.files.items():
        if name not in there:
            yield Problem("web.damaged_missing", name=name)
        elif digest_of(folder / name) != digest:
            yield Problem("web.damaged_changed", name=name)
    for name in sorted(there - contents.files.keys()):
        yield Problem("web.damaged_extra", name=name)


def _database(folder: Path, contents: Contents) -> Iterator[Problem]:
    """Look into a copy of SQLite: its pages, its rows, its files, the chains of its log."""
    path = folder / "database"
    if contents.engine != "sqlite" or not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path)) as copy:
            yield from _inside(copy, contents)
    except sqlite3.DatabaseError as error:
        yield Problem("web.damaged_database", reason=str(error))


def _inside(copy: sqlite3.Connection, contents: Contents) -> Iterator[Problem]:
    state = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if state != "ok":
        yield Problem("web.damaged_database", reason=state)
        return
    for table, wanted in contents.rows.items():
        found = copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # names of ours
        if found != wanted:
            yield Problem("web.damaged_rows", table=table, wanted=wanted, found=found)
    for (digest,) in copy.execute("SELECT digest FROM blobs_blob"):
        if f"blobs/{digest}" not in contents.files:
            yield Problem("web.damaged_missing", name=f"blobs/{digest}")
    yield from _log(copy)


def _log(copy: sqlite3.Connection) -> Iterator[Problem]:
    heads = dumps.heads(copy)
    for organisation, entries in groupby(dumps.entries(copy), lambda e: str(e["organisation"])):
        wrong, _, _ = check(entries, [heads.pop(organisation)])
        yield from (Problem("web.damaged_log", reason=reason) for reason in wrong)
    for organisation, length, _ in heads.values():
        if length:
            yield Problem("web.damaged_log", reason=organisation)
