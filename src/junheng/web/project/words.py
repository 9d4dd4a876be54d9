"""Compiles the English of every application, where it is newer than what was compiled before.

    python -m junheng.web.project.words

Chinese needs none: the sentences in code and templates are Chinese.
"""

from __future__ import annotations

import os
from pathlib import Path

import polib

WEB = Path(__file__).parent.parent


def catalogues() -> list[Path]:
    """Give the English of every application, as text."""
    return sorted(WEB.glob("*/locale/en/LC_MESSAGES/django.po"))


def main() -> None:
    """Compile what is newer; a reader never meets half a file."""
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = source.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(part))
        part.replace(target)


if __name__ == "__main__":
    main()
