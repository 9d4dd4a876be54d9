"""A fingerprint of the input: the same tables with the same content, the same fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from junheng.model.tables import TABLES


def of_file(path: Path) -> str:
    """Fingerprint a file, read piece by piece."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_frame(frame: pl.LazyFrame) -> str:
    """Fingerprint a table in memory, as the CSV it would be."""
    hasher = _Hasher()
    frame.sink_csv(hasher)  # type: ignore[call-overload]  # all it needs of a file is write()
    return hasher.digest.hexdigest()


def of_tables(digests: Mapping[str, str]) -> str:
    """Fingerprint a data set from the fingerprint of each of its tables."""
    lines = (f"{name} {digests[name]}\n" for name in TABLES if name in digests)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class _Hasher:
    """A file to write to that keeps nothing but the fingerprint."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing to flush."""
