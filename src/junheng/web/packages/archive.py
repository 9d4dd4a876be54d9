"""A package as a file: one zip, the same for the same content; its manifest names all, and is signed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from junheng.errors import Problem, Problems
from junheng.intake import guard
from junheng.intake.limits import MB, Limits
from junheng.intake.refusing import Refused
from junheng.intake.zipped import entries
from junheng.web.audit.chain import canonical
from junheng.web.packages import keys
from junheng.web.packages.shapes import Manifest, Signature

T = TypeVar("T")
LIMITS = Limits(size=300 * MB, entries=20_000, expanded=600 * MB)
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
RECORDS, STEPS, LOG = "records.json", "steps.json", "log.jsonl"
VERDICT, INPUTS, EVIDENCE = "verdict.json", "inputs.zip", "evidence.json"
ALWAYS = (RECORDS, STEPS, LOG, VERDICT, INPUTS, EVIDENCE)
OF_EVIDENCE = "evidence/"
_DAY_OF_FILES = (1980, 1, 1, 0, 0, 0)


class BadPackage(Problems):
    """A package that is not received; nothing was changed."""

    def say(self, language: str) -> str:
        """Say everything that is wrong with it."""
        from junheng.errors import say

        return say("web.package_refused", language, problems=super().say(language))


@dataclass(frozen=True, slots=True)
class Package:
    """What a file holds, as it claims: nothing of it is checked yet but that it can be read."""

    manifest: Manifest
    signature: Signature
    signed: bytes
    """The manifest as it stands in the file."""
    members: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest: the package's name for ever."""
        return hashlib.sha256(self.signed).hexdigest()

    @property
    def origin(self) -> str:
        """What revisions say of where their values come from."""
        return f"{ORIGIN}{self.digest[:16]}"


ORIGIN = "package "


def pack(told: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """Write and sign a package; Problem when it is larger than what the level above takes."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    manifest = canonical({**told, "members": digests})
    signature = {"public": keys.public(), "signature": keys.sign(manifest)}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        _put(archive, MANIFEST, manifest)
        for name in sorted(members):
            _put(archive, name, members[name])
        _put(archive, SIGNATURE, canonical(signature))
    content = kept.getvalue()
    try:
        entries(content, LIMITS)
    except Refused as refused:
        raise Problem(f"intake.{refused.code}", file="", **refused.fields) from refused
    if len(content) > LIMITS.size:
        size, most = len(content) // MB, LIMITS.size // MB
        raise Problem("web.package_too_large", size=size, most=most)
    return content


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DAY_OF_FILES)
    packed = name.endswith((".json", ".jsonl"))
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)


def unpack(path: Path) -> Package:
    """Read a package into memory, its zip strictly; BadPackage when it cannot be read as one."""
    try:
        members = dict(guard.archive(path, LIMITS))
    except Problems as refusal:
        raise BadPackage([_unreadable(each) for each in refusal.problems]) from refusal
    missing = [name for name in (MANIFEST, SIGNATURE) if name not in members]
    if missing:
        raise BadPackage([Problem("web.package_missing", name=name) for name in missing])
    signed, signature = members.pop(MANIFEST), members.pop(SIGNATURE)
    return Package(
        read(TypeAdapter(Manifest), MANIFEST, signed),
        read(TypeAdapter(Signature), SIGNATURE, signature),
        signed,
        members,
    )


def _unreadable(refused: Problem) -> Problem:
    """Say what the guard refused; what it advises is for workbooks."""
    what = refused.code.removeprefix("intake.")
    found = " ".join(str(v) for k, v in refused.fields.items() if k != "file")
    return Problem("web.package_unreadable", what=f"{what} {found}".strip())


def read(shape: TypeAdapter[T], name: str, content: bytes) -> T:
    """Read a member in its shape; BadPackage says what is not in it."""
    try:
        return shape.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(str(step) for step in first["loc"]) or "-"
        problem = Problem("web.package_shape", name=name, where=where, reason=first["msg"])
        raise BadPackage([problem]) from error


def digest_of(content: bytes) -> str:
    """Give the name of a package that was just written: the SHA-256 of its manifest."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return hashlib.sha256(file.read(MANIFEST)).hexdigest()
