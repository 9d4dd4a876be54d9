"""Is a handed-in file what its name says, and may it be kept? Looked into in a process of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import puremagic
from django.utils.translation import gettext as _

from junheng.errors import DataNeedsMending
from junheng.intake import guard
from junheng.intake.apart import reader
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep_bytes, path_of

PDF, SHEET = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Mapping[str, str] = {
    ".pdf": PDF,
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".xlsx": SHEET,
}
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is, and pictures of its first pages, before any of it is kept."""

    media_type: str
    pages: int | None
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file is, and pictures of its first pages."""

    media_type: str
    pages: int | None
    previews: tuple[Blob, ...]


def inspect(blob: Blob, name: str) -> Inspected:
    """Look into a kept content under the name it was handed in with; WebRefusal says why not."""
    found = look(path_of(blob.digest), name)
    kept = tuple(keep_bytes(picture) for picture in found.pictures)
    return Inspected(found.media_type, found.pages, kept)


def look(path: Path, name: str) -> Looked:
    """Look into a file under the name it was handed in with, keeping nothing; WebRefusal says why not."""
    suffix = Path(name).suffix.lower()
    if suffix not in TYPES:
        raise WebRefusal(
            _("“%(name)s”：只收PDF、JPG、PNG和XLSX。Word文件请另存为PDF再上传。") % {"name": name}
        )
    if path.stat().st_size > MOST_BYTES:
        raise WebRefusal(_("“%(name)s”超过20 MB。请压缩或分成几个文件。") % {"name": name})
    if path.stat().st_size == 0:
        raise WebRefusal(_("“%(name)s”是空的。请重新选择文件。") % {"name": name})
    with TemporaryDirectory(prefix="junheng-") as folder:
        copy = Path(folder) / f"file{suffix}"
        shutil.copyfile(path, copy)
        return _look(copy, name, TYPES[suffix])


def _look(copy: Path, name: str, media_type: str) -> Looked:
    if media_type == SHEET:
        try:
            guard.workbook(copy)
        except DataNeedsMending as refusal:
            said = refusal.say("zh").replace(copy.name, name)
            raise WebRefusal(said) from refusal
        return Looked(media_type, None, ())
    if media_type not in {found.mime_type for found in _types(copy)}:
        raise WebRefusal(
            _("“%(name)s”的内容与扩展名不符。请用原来的程序重新保存再上传。") % {"name": name}
        )
    kind = "pdf" if media_type == PDF else "image"
    with TemporaryDirectory(prefix="junheng-") as folder:
        found = _child(copy, name, kind, Path(folder))
        pictures = sorted(Path(folder).glob("*.png"), key=lambda path: int(path.stem))
        seen = tuple(path.read_bytes() for path in pictures)
    return Looked(media_type, found.get("pages"), seen)


def _types(copy: Path) -> list[puremagic.main.PureMagicWithConfidence]:
    try:
        return list(puremagic.magic_file(copy))
    except (puremagic.PureError, ValueError):
        return []


def _child(copy: Path, name: str, kind: str, folder: Path) -> dict[str, int]:
    try:
        with reader("junheng.web.evidence.inspect_child", copy, folder) as child:
            child.read({"kind": kind})
    except DataNeedsMending as refusal:
        raise WebRefusal(
            _("“%(name)s”打不开：已损坏、加了密码或太大。请重新导出再上传。") % {"name": name}
        ) from refusal
    found: dict[str, int] = json.loads((folder / "found.json").read_text("utf-8"))
    if "active" in found:
        raise WebRefusal(
            _("“%(name)s”含有会自动运行的内容或附件，不能接收。请打印成PDF再上传。")
            % {"name": name}
        )
    return found
