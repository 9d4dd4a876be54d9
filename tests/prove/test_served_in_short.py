"""The long proofs of the served installation, in their short form."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize(("proof", "times"), [("prove_kills.py", "3"), ("prove_backups.py", "2")])
def test_a_short_form_of_the_proof_passes(proof: str, times: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, str(HERE / proof), "--n", times, "--seed", "2025"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.rstrip().endswith("PASS")
