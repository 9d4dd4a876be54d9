"""A picture: a Vega-Lite specification that a page can show and that paper can be printed from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import vl_convert

from junheng.report.pictures.fonts import files, fonts

PIXELS_PER_INCH = 144
"""At 16 cm, the width of a page's text, a picture of 660 points prints at over 200 dots an inch."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One question, and the specification of the picture that answers it."""

    id: str
    """Also the name of its file: a-z, digits and hyphens."""
    title: str
    """The question."""
    answer: str
    """What the picture shows, in a sentence: for those who hear it, and where it cannot be drawn."""
    spec: Mapping[str, Any]
    """Vega-Lite, with all data inside: nothing is loaded from anywhere."""

    def png(self) -> bytes:
        """Draw it as PNG: the same bytes each time, of the same fonts."""
        return as_png(self.svg())

    def svg(self) -> str:
        """Draw it as SVG, in which words stay words."""
        return _drawn(json.dumps(self.spec, ensure_ascii=False))


@lru_cache(maxsize=64)
def _drawn(spec: str) -> str:
    """Draw a specification; the last ones are kept, for several papers show the same pictures."""
    drawn: str = _renderer().vegalite_to_svg(spec, allowed_base_urls=[])
    return drawn


@lru_cache(maxsize=16)
def as_png(svg: str) -> bytes:
    """Turn a drawn picture into PNG."""
    drawn: bytes = _renderer().svg_to_png(svg, ppi=PIXELS_PER_INCH)
    return drawn


@cache
def _renderer() -> Any:
    """Show the renderer the fonts, once, and give it."""
    for folder in files(fonts()):
        vl_convert.register_font_directory(folder)
    return vl_convert
