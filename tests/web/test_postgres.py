"""What the web promises holds on PostgreSQL as it does on SQLite: the same tests, a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from postgres import server

HERE = Path(__file__).parent
MODULES = [
    "test_scope_and_log.py",
    "test_verdicts.py",
    "test_collection.py",
    "racing.py",
    "emptied.py",
    "test_prepared.py::test_a_kept_query_gives_the_models_that_the_query_itself_gives",
    "test_prepared.py::test_kept_changes_and_additions_store_what_the_models_would",
    "test_prepared.py::test_rows_are_locked_in_a_transaction_alone",
    "test_log.py::test_every_edit_past_the_application_is_found_with_a_head_that_was_kept",
    "test_reviews.py::test_the_database_refuses_to_change_or_delete_steps",
    "test_evidence.py::test_every_step_is_in_the_log_and_rows_cannot_be_changed",
]
"""What differs by database: triggers, locks, JSON, the order of rows."""


def test_the_same_tests_pass_on_postgresql() -> None:
    with server() as at:
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
