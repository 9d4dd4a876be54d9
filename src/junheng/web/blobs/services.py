"""Keeping files by the SHA-256 of their content: on disk for certain before the row is written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path

from django.conf import settings

from junheng.web.blobs.models import Blob

_CHUNK = 1 << 20


def keep(chunks: Iterable[bytes]) -> Blob:
    """Store a content given in pieces, and give its row; the same content is stored once."""
    folder = Path(settings.BLOBS)
    folder.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".arriving-", delete=False) as file:
        arriving = Path(file.name)
        try:
            for chunk in chunks:
                hashed.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            _put(arriving, path_of(hashed.hexdigest()))
        finally:
            arriving.unlink(missing_ok=True)
    blob, _ = Blob.objects.get_or_create(digest=hashed.hexdigest(), defaults={"size": size})
    return blob


def keep_bytes(content: bytes) -> Blob:
    """Store a content at hand."""
    return keep([content])


def path_of(digest: str) -> Path:
    """Give the place of a content."""
    return Path(settings.BLOBS) / digest[:2] / digest


def open_blob(digest: str) -> BufferedReader:
    """Open a stored content; FileNotFoundError if it is gone."""
    return path_of(digest).open("rb")


def intact(digest: str) -> bool:
    """Tell whether the stored content is there and still has its hash."""
    try:
        with open_blob(digest) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False


def _put(arriving: Path, place: Path) -> None:
    if place.exists():
        return
    place.parent.mkdir(exist_ok=True)
    arriving.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
