"""Uploaded files of a job: kept by their hash, and laid out for a reader that goes by names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from junheng.intake.workbook_words import SUFFIXES
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.blobs.services import keep, path_of

Kept = tuple[str, str]
"""The name a person gave a file, and the SHA-256 of its content."""
_LONGEST = 100


def keep_workbooks(files: Sequence[UploadedFile[Any]]) -> list[Kept]:
    """Keep uploaded workbooks; raises WebRefusal for what cannot be one. Their content is read later."""
    for file in files:
        name = str(file.name)
        if PurePosixPath(name).suffix.lower() not in SUFFIXES:
            raise WebRefusal(
                _("“%(name)s”不是Excel工作簿。请上传 .xlsx 或 .xls 文件。") % {"name": name}
            )
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            words = {"name": name, "most": settings.UPLOAD_MAX_BYTES // 2**20}
            raise WebRefusal(_("“%(name)s”超过%(most)s MB。请分开上传。") % words)
    return [(_plain(str(file.name)), keep(file.chunks()).digest) for file in files]


@contextmanager
def laid_out(files: Sequence[Sequence[str]]) -> Iterator[list[Path]]:
    """Give kept files under their names, each in a folder of its own, for as long as needed."""
    with TemporaryDirectory(prefix="junheng-") as folder:
        paths = []
        for number, (name, digest) in enumerate(files):
            path = Path(folder, str(number), name)
            path.parent.mkdir()
            shutil.copyfile(path_of(digest), path)
            paths.append(path)
        yield paths


def origin_of(files: Sequence[Sequence[str]]) -> str:
    """Name files and their hashes, for revisions."""
    return "; ".join(f"{name} sha256:{digest}" for name, digest in files)


def _plain(name: str) -> str:
    """Keep of a name what every system can write."""
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
    kept = "".join(each if each.isalnum() or each in "-_" else "_" for each in stem)
    return f"{kept.encode()[:_LONGEST].decode(errors='ignore') or 'workbook'}{suffix}"
