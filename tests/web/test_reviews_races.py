"""Two who decide at once cannot both win, on SQLite and on PostgreSQL; without versions they can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from postgres import server

PROOF = Path(__file__).parent.parent / "prove" / "prove_races.py"


def race(*arguments: str, database: str = "") -> str:
    """Run the proof in a process of its own, in short; give its last line."""
    known = {k: v for k, v in os.environ.items() if not k.startswith(("JUNHENG_", "DJANGO_"))}
    known["DATABASE_URL"] = database
    done = subprocess.run(
        [sys.executable, str(PROOF), "--seed", "7", *arguments],
        capture_output=True, text=True, env=known, check=False, timeout=300,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.stdout.splitlines()[-1]


def test_one_of_eight_wins_each_race_on_a_sqlite_file() -> None:
    assert race("--n", "25").endswith("double=0 seed=7 PASS")


def test_one_of_eight_wins_each_race_on_postgresql() -> None:
    with server() as database:
        assert race("--n", "40", database=database).endswith("double=0 seed=7 PASS")


def test_without_versions_the_proof_fails() -> None:
    last = race("--n", "4", "--sabotage")
    assert last.endswith("FAIL")
    assert "double=0" not in last
