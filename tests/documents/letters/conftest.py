"""The letters of one small county, composed and written once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from junheng.report.bundle import Bundle
from junheng.report.letters import KINDS, compose
from junheng.report.letters import write as write_letter
from junheng.report.letters.paper import Paper


@pytest.fixture(scope="session")
def papers(small: Bundle) -> dict[str, Paper]:
    return {kind: compose(small, kind) for kind in KINDS}


@pytest.fixture(scope="session")
def written(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    for kind in KINDS:
        write_letter(small, folder, kind)
    return folder
