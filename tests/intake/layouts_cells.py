"""How people type what stands in cells."""

from __future__ import annotations

from pathlib import Path

from layout_tools import book, cells, each, layout, numbers


@layout
def full_width(path: Path) -> Path:
    wide = {ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("."): "．", ord("-"): "－"}
    kept = ("学校标识码", "学校名称")
    return book(path, cells(lambda over, cell: cell if over in kept else str(cell).translate(wide)))


@layout
def thousands(path: Path) -> Path:
    def apart(over: str, cell: str) -> str:
        return f"{float(cell):,}" if over in ("教学及辅助用房面积", "在校生数") and cell else cell

    return book(path, cells(apart))


@layout
def units(path: Path) -> Path:
    behind = {"教学及辅助用房面积": "㎡", "在校生数": " 人", "专任教师数": "名", "统计年份": "年",
              "经度": "°", "建校年份": "年"}  # fmt: skip
    return book(path, cells(lambda over, cell: f"{cell}{behind.get(over, '')}" if cell else cell))


@layout
def dashes_for_unknown(path: Path) -> Path:
    dashes = iter(["—", "-", "/", "——", "－", " — ", "--"] * 9)
    return book(path, cells(lambda _, cell: cell or next(dashes)))


@layout
def spaces(path: Path) -> Path:
    return book(path, cells(lambda _, cell: f"\u3000 {cell}\u00a0"))


@layout
def numbers_as_numbers(path: Path) -> Path:
    return book(path, each(numbers))


@layout
def numbers_and_text_mixed(path: Path) -> Path:
    return book(path, each(lambda rows: [*numbers(rows)[:2], *rows[2:]]))


@layout
def formulas_with_values(path: Path) -> Path:
    def formula(over: str, cell: str) -> str:
        return f"=SUM({cell},0)|{cell}" if over == "在校生数" and cell else cell

    return book(path, cells(formula))
