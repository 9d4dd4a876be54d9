"""The files a table may come in: packed in other ways, old workbooks, zips, folders."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from handed_in import folder_of, in_chinese, sound, workbook_of
from layout_tools import book, each, grids, layout, numbers, old_book, parts_of
from zip_maker import Part, zip_of


@layout
def nothing_packed(path: Path) -> Path:
    file = book(path, grids())
    file.write_bytes(zip_of([Part(n, data, method=0) for n, data in parts_of(file).items()]))
    return file


@layout
def packed_as_a_stream(path: Path) -> Path:
    class Pipe(io.RawIOBase):
        """A file that cannot be wound back: sizes come behind what they are of."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(bytes(data))

    file, pipe = book(path, grids()), Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in parts_of(file).items():
            archive.writestr(name, data)
    file.write_bytes(pipe.data)
    return file


@layout
def large_file_headers(path: Path) -> Path:
    file = book(path, grids())
    parts = parts_of(file)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(data)
    return file


@layout
def old_workbook(path: Path) -> Path:
    return old_book(path, each(numbers))


@layout
def old_workbook_with_titles_and_notes(path: Path) -> Path:
    sheets = each(lambda rows: [["标题"], [], *rows])
    return old_book(path, {"说明": [["怎样填"]]} | sheets)


@layout
def zip_of_csv(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()))
    files = [Part(f"某县/{file.name}", file.read_bytes()) for file in sorted(folder.iterdir())]
    (path / "县.zip").write_bytes(zip_of([*files, Part("__MACOSX/._学校.csv", b"x")]))
    return path / "县.zip"


class RawName(Part):
    """An entry named as programs in China name it: without saying in which encoding."""

    def header(self) -> bytes:
        name = self.name.encode("gb18030")
        return super().header()[:26] + len(name).to_bytes(2, "little") + b"\0\0" + name

    def entry(self, offset: int) -> bytes:
        name = self.name.encode("gb18030")
        head = super().entry(offset)[:46]
        return head[:28] + len(name).to_bytes(2, "little") + head[30:] + name


@layout
def zip_with_names_in_gbk(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()), encoding="gb18030")
    made = path / "县.zip"
    made.write_bytes(zip_of([RawName(file.name, file.read_bytes()) for file in folder.iterdir()]))
    return made


@layout
def zip_of_a_workbook(path: Path) -> Path:
    file = book(path, grids())
    (path / "县.zip").write_bytes(zip_of([Part("in/县.xlsx", file.read_bytes())]))
    return path / "县.zip"


@layout
def a_workbook_for_each_table(path: Path) -> Path:
    folder = path / "in"
    folder.mkdir()
    for name, rows in grids().items():
        workbook_of(folder / f"{name}.xlsx", {"Sheet1": [["标题"], *rows]})
    (folder / "说明.txt").write_text("怎样填", "utf-8")
    return folder


@layout
def csv_below_titles(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()))
    for file in folder.iterdir():
        file.write_text(f'"某县,""基本\n情况"""\n\n单位：,人\n{file.read_text("utf-8")}', "utf-8")
    (folder / "README.txt").write_text("x", "utf-8")
    return folder
