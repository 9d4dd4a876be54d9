"""A backup is one file; a damaged one is refused before anything is touched; a sound one comes back whole."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

FILL = """
from django.db import transaction
from junheng.web.accounts.models import Kind
from junheng.web.accounts.services import found
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
nation = found(Kind.NATION, "000000", "模拟国", None, by=None)
for number in range(5):
    found(Kind.PROVINCE, f"99000{number}", f"模拟省{number}", nation, by=None)
    keep_bytes(f"a file {number}".encode() * 1000)
"""


def run(data: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JUNHENG_DATA": str(data)}
    environment.pop("DATABASE_URL", None)
    environment["DJANGO_SETTINGS_MODULE"] = "junheng.web.project.settings"
    command = [str(Path(sys.executable).with_name("junheng"))]
    return subprocess.run(
        [*command, *arguments],
        env=environment,
        input=text,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with some organisations, entries of the log and files, and a backup beside it."""
    folder = tmp_path_factory.mktemp("backup")
    data = folder / "data"
    for command in (["migrate", "--verbosity=0"], ["shell"]):
        done = run(data, "manage", *command, text=FILL if command == ["shell"] else "")
        assert done.returncode == 0, done.stderr
    done = run(data, "backup", str(folder / "backup.tar"), "--data", str(data))
    assert done.returncode == 0, done.stderr
    return folder


def rows(database: Path) -> list[str]:
    with sqlite3.connect(database) as held:
        return sorted(line for line in held.iterdump() if "auth_permission" not in line)


def test_a_sound_backup_comes_back_whole_in_a_new_place(original: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "restore", str(original / "backup.tar"), "--data", str(tmp_path / "new"))
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "new/junheng.sqlite3") == rows(original / "data/junheng.sqlite3")
    kept = {p.name: p.read_bytes() for p in (original / "data/blobs").glob("??/*")}
    assert {p.name: p.read_bytes() for p in (tmp_path / "new/blobs").glob("??/*")} == kept
    assert len(kept) == 5


def test_what_is_there_is_never_overwritten(original: Path) -> None:
    before = (original / "data/junheng.sqlite3").read_bytes()
    done = run(original, "restore", str(original / "backup.tar"), "--data", str(original / "data"))
    assert done.returncode == 2
    assert "不是空的" in done.stderr
    again = run(original, "backup", str(original / "backup.tar"), "--data", str(original / "data"))
    assert again.returncode == 2
    assert (original / "data/junheng.sqlite3").read_bytes() == before


Members = dict[str, bytes]


def flipped(members: Members) -> None:
    database = bytearray(members["database"])
    database[len(database) // 2] ^= 1
    members["database"] = bytes(database)


def without_a_file(members: Members) -> None:
    del members[next(name for name in members if name.startswith("blobs/"))]


def another_file(members: Members) -> None:
    members[next(name for name in members if name.startswith("blobs/"))] = b"another"


def one_more(members: Members) -> None:
    members["extra.sh"] = b"#!/bin/sh"


def forged_log(members: Members) -> None:
    """Change an entry of the log and write the list anew, as one could who knows the format."""
    import hashlib
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(members["database"])
        file.flush()
        with sqlite3.connect(file.name) as held:
            held.execute("DROP TRIGGER audit_entry_not_changed")
            held.execute("UPDATE audit_entry SET actor = 'somebody' WHERE number = 1")
        members["database"] = Path(file.name).read_bytes()
    listed = json.loads(members["list.json"])
    listed["files"]["database"] = hashlib.sha256(members["database"]).hexdigest()
    members["list.json"] = json.dumps(listed).encode()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (flipped, "与清单不符"),
        (without_a_file, "缺少文件"),
        (another_file, "与清单不符"),
        (one_more, "多出文件"),
        (forged_log, "日志链不完整"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    original: Path, tmp_path: Path, damage: Callable[[Members], None], words: str
) -> None:
    with tarfile.open(original / "backup.tar") as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
    damage(members)
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(damaged, "w") as tar:
        for name, content in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            tar.addfile(head, io.BytesIO(content))
    done = run(tmp_path, "restore", str(damaged), "--data", str(tmp_path / "new"))
    assert done.returncode == 3
    assert words in done.stderr
    assert not (tmp_path / "new/junheng.sqlite3").exists()


def test_a_backup_that_was_cut_off_is_refused(original: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "cut.tar"
    damaged.write_bytes((original / "backup.tar").read_bytes())
    cut(damaged)
    done = run(tmp_path, "restore", str(damaged), "--check")
    assert done.returncode == 2
    assert "不是完整的备份" in done.stderr
