"""Papers as PDF: set by Typst, which needs no other program; or turned from Word by LibreOffice."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from junheng.errors import WrongUse, say
from junheng.report.letters.paper import Image, Paper, content
from junheng.report.pictures.fonts import files, fonts

_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The time in every file, so that the same verdict gives the same bytes."""
_SECONDS, _SECONDS_EACH = 180, 10


class Setter:
    """Sets papers one after the other; fonts and the page are read once for all of them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._page = resources.files("junheng.report.letters").joinpath("paper.typ").read_bytes()
        self._compiler = typst.Compiler(font_paths=files(fonts()))

    def pdf(self, paper: Paper) -> bytes:
        """Set one paper: the same bytes each time."""
        return self._set(paper, "pdf")[0]

    def png(self, paper: Paper, pixels_per_inch: float = 100) -> list[bytes]:
        """Set one paper as an image a page."""
        return self._set(paper, "png", pixels_per_inch)

    def _set(
        self, paper: Paper, form: Literal["pdf", "png"], pixels_per_inch: float | None = None
    ) -> list[bytes]:
        made: Any = self._compiler.compile(
            self._page,
            format=form,
            ppi=pixels_per_inch,
            timestamp=_MADE,
            sys_inputs={"paper": _json(content(paper)), "look": _json(_look(paper, self.language))},
        )
        return made if isinstance(made, list) else [made]


@cache
def setter(language: str) -> Setter:
    """Give the one setter of a language: it has read the fonts."""
    return Setter(language)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _look(paper: Paper, language: str) -> dict[str, Any]:
    found = fonts()
    page = say("letters.page_of", language, at="{at}", of="{of}")
    return {
        "sans": found.sans,
        "serif": found.serif,
        "lang": language,
        "region": "cn" if language == "zh" else "us",
        "page": re.split(r"\{\w+\}", page),
        "write": say("letters.write_here", language),
        "pictures": {b.picture.id: b.picture.svg() for b in paper.blocks if isinstance(b, Image)},
    }


def by_libreoffice(words: Sequence[Path], folder: Path) -> list[Path]:
    """Turn Word documents into PDF in a folder with LibreOffice, all in one go.

    The pages are those of the Word document; unlike Typst's, the bytes hold the time of making.
    Raises WrongUse when LibreOffice is not there, or does not do it.
    """
    program = shutil.which("soffice")
    if not program:
        raise WrongUse("letters.no_libreoffice")
    with tempfile.TemporaryDirectory() as home:
        command = [program, "--headless", "--norestore", f"-env:UserInstallation={Path(home).as_uri()}",
                   "--convert-to", "pdf", "--outdir", os.fspath(folder), *map(os.fspath, words)]  # fmt: skip
        seconds = _SECONDS + _SECONDS_EACH * len(words)
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603  # no shell
    made = {word: folder / f"{word.stem}.pdf" for word in words}
    missing = [str(word) for word, path in made.items() if not path.exists()]
    if done.returncode or missing:
        reason = done.stderr.decode(errors="replace").strip()[:300]
        raise WrongUse("letters.libreoffice_failed", found=", ".join(missing), reason=reason)
    return list(made.values())
