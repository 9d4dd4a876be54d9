"""A PostgreSQL server of the tests' own, from Debian's package, in a folder that goes away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give the address of an empty database; stop it and leave nothing.

    Its folder lies directly in the system's folder for temporary files, which everybody may enter.
    """
    assert FOLDERS, "PostgreSQL is missing; run scripts/system-packages"
    port = free_port()
    with TemporaryDirectory(prefix="junheng-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        _as_postgres("initdb", "-D", data, "-U", "junheng", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60 -c fsync=off"
        _as_postgres("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgres://junheng@127.0.0.1:{port}/postgres"
        finally:
            _as_postgres("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _as_postgres(tool: str, *arguments: str) -> None:
    command = [str(FOLDERS[-1] / tool), *arguments]
    if os.geteuid() == 0:
        assert pwd.getpwnam("postgres")
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
