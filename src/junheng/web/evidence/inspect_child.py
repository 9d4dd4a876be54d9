"""The process that looks into a handed-in file: is it what it claims, and pictures of its pages.

A file is a stranger's: it is opened only here, within limits of memory and time.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from junheng.intake.confined import serve
from junheng.intake.refusing import Refused

MOST_PAGES, WIDE, MOST_PIXELS = 3, 900, 60_000_000
ACTIVE = (
    "/OpenAction",
    "/AA",
    "/JavaScript",
    "/Launch",
    "/EmbeddedFiles",
    "/EF",
    "/XFA",
    "/RichMedia",
)
ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")
MOST_DEEP = 60


def look(path: Path, folder: Path, told: Any) -> None:
    """Look into a file of the kind that is told; write pictures and what was found into a folder."""
    found = {"pdf": _pdf, "image": _image}[told["kind"]](path, folder)
    (folder / "found.json").write_text(json.dumps(found), "utf-8")


def _pdf(path: Path, folder: Path) -> dict[str, Any]:
    import pikepdf
    import pypdfium2

    try:
        with pikepdf.open(path) as document:
            active = sorted(_active(document))
    except pikepdf.PdfError as error:
        raise Refused("broken") from error
    if active:
        return {"active": active}
    with pypdfium2.PdfDocument(path) as document:
        pages = len(document)
        for number in range(min(pages, MOST_PAGES)):
            page = document[number]
            scale = WIDE / max(page.get_width(), 1)
            scale = min(scale, (4_000_000 / max(page.get_width() * page.get_height(), 1)) ** 0.5)
            page.render(scale=scale).to_pil().convert("RGB").save(folder / f"{number}.png")
    return {"pages": pages}


def _active(document: Any) -> set[str]:
    """Name what a document would do by itself, or carry along hidden."""
    names: set[str] = set()
    for thing in document.objects:
        names |= _acts(thing, MOST_DEEP)
    return names - {"/OpenAction"} if _only_a_view(document.Root) else names


def _acts(thing: Any, deep: int) -> set[str]:
    import pikepdf

    if deep == 0:
        raise Refused("broken")
    if isinstance(thing, pikepdf.Array):
        inside = [one for one in thing if _direct(one)]
        return set().union(*(_acts(one, deep - 1) for one in inside))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return set()
    named = {name for name in ACTIVE if name in thing}
    action = str(thing.get("/S", ""))
    inside = [value for _, value in thing.items() if _direct(value)]
    found = named | ({action} & set(ACTIONS))
    return found.union(*(_acts(value, deep - 1) for value in inside))


def _direct(thing: Any) -> bool:
    """Tell whether a value stands inside another, and is not an object of its own."""
    import pikepdf

    return isinstance(thing, pikepdf.Array | pikepdf.Dictionary) and not thing.is_indirect


def _only_a_view(root: Any) -> bool:
    """Tell whether a document opens at a page of its own, which is harmless."""
    import pikepdf

    opens = root.get("/OpenAction")
    if isinstance(opens, pikepdf.Dictionary):
        return bool(opens.get("/S") == "/GoTo")
    return isinstance(opens, pikepdf.Array)


def _image(path: Path, folder: Path) -> dict[str, Any]:
    import warnings

    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, SyntaxError) as error:
        raise Refused("broken") from error
    upright.thumbnail((WIDE, WIDE * 3))
    upright.save(folder / "0.png")
    return {"pages": 1}


if __name__ == "__main__":
    sys.exit(serve(look))
