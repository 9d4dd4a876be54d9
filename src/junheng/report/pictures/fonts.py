"""Chinese fonts for pictures and pages: those of a package we depend on, else those of the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from junheng.errors import WrongUse

_PACKAGE = "pylopdf_fonts_zh_cn"
_PACKED = ("Noto Sans SC", "Noto Serif SC")
_SANS = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "SimHei",
)  # fmt: skip
_SERIF = ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The families that Chinese is set in, and the folders they are read from."""

    sans: str
    serif: str
    folders: tuple[Path, ...]
    """Beside the machine's own; empty when the machine's own serve."""


@cache
def fonts() -> Fonts:
    """Find Chinese fonts; WrongUse when there are none, for boxes instead of words help nobody.

    The fonts of the package come first, so that a picture is the same on every machine.
    """
    spec = find_spec(_PACKAGE)
    if spec and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations)))
        if any(folder.glob("*.otf")):
            return Fonts(*_PACKED, (folder,))
    return of_machine(families())


def families() -> frozenset[str]:
    """Name the font families of this machine."""
    import typst

    return frozenset(typst.Fonts(include_embedded_fonts=False).families())


def of_machine(there: frozenset[str]) -> Fonts:
    """Choose among the families of a machine; WrongUse when none of them has Chinese.

    >>> of_machine(frozenset({"DejaVu Sans", "SimHei"}))
    Fonts(sans='SimHei', serif='SimHei', folders=())
    """
    sans = next((name for name in _SANS if name in there), None)
    serif = next((name for name in _SERIF if name in there), None)
    if not (sans or serif):
        raise WrongUse("pictures.no_font", allowed=", ".join(_SANS[:4]))
    return Fonts(sans or str(serif), serif or str(sans), ())


def files(found: Fonts) -> list[str]:
    """Give the folders as text, for programs that are told where to look."""
    return [os.fspath(folder) for folder in found.folders]
