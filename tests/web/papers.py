"""Files that people hand in as evidence, sound and hostile, made by the tests."""

from __future__ import annotations

import io

import pikepdf
import xlsxwriter
from PIL import Image


def pdf(words: str = "校舍") -> bytes:
    """Make a one-page PDF; another text, another content."""
    kept = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = words
        document.save(kept)
    return kept.getvalue()


def acting_pdf(what: str) -> bytes:
    """Make a PDF that does something by itself, or hides a file."""
    kept = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if what == "script":
            action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
            document.Root.OpenAction = document.make_indirect(action)
        elif what == "launch":
            action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
            document.Root.OpenAction = document.make_indirect(action)
        else:
            document.attachments["hidden.exe"] = b"MZ"
        document.save(kept)
    return kept.getvalue()


def picture(kind: str = "PNG", side: int = 40) -> bytes:
    """Make a small picture; JPEGs carry a place and a time as cameras write them."""
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CAMERA-OF-SOMEBODY"
    extra = {"exif": exif} if kind == "JPEG" else {}
    Image.new("RGB", (side, side), "white").save(kept, kind, **extra)
    return kept.getvalue()


def sheet() -> bytes:
    """Make a small workbook."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("登记表").write(0, 0, "建筑物面积")
    return kept.getvalue()
