"""What the web promises holds on PostgreSQL as it does on SQLite: the same tests, a real server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from postgres import server

HERE = Path(__file__).parent
MODULES = [
    "test_scope_and_log.py",
    "test_verdicts.py",
    "test_collection.py",
    "racing.py",
]


def test_the_same_tests_pass_on_postgresql() -> None:
    with tempfile.TemporaryDirectory(prefix="junheng-pg-") as name, server(Path(name) / "pg") as at:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *MODULES],
            cwd=HERE,
            env={**os.environ, "DATABASE_URL": at},
            check=False,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
