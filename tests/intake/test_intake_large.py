"""Large files are read another way, and nobody can tell: same tables, same words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from handed_in import folder_of, in_chinese, rows_of, said, sound
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junheng import intake
from junheng.errors import DataNeedsMending
from junheng.intake import lines, opening

BROKEN = Path(__file__).parent / "broken"
CASES = [
    pytest.param(case, id=case["it"])
    for name in ("cells.yaml", "files.yaml")
    for case in yaml.safe_load((BROKEN / name).read_text("utf-8"))
]
WORDS = ("", " ", "0", "7", "-1", "+1", "-0", "007", "1.5", "1e3", "inf", "nan", "x", " 7 ", "１２",
         "7.0", "小学", "primary", "2025", "2025.0", "990101", "0990101001", "+990101001", "#N/A",
         '"', "true", "是", "1,200", "九", "—", "99999999999999999999")  # fmt: skip
PLACES = [
    (table, row, column)
    for table, rows in sound().items()
    for row, cells in enumerate(rows)
    for column in cells
]


def both(folder: Path) -> tuple[Any, Any]:
    """Hand a folder in as if its files were small, then as if they were large."""
    told = []
    for sizes in ((2**40, 2**40), (0, 2**40)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "_AT_ONCE", sizes)
            try:
                found = intake.read(folder)
            except DataNeedsMending as refused:
                told.append([refused.say(language) for language in ("zh", "en")])
            else:
                tables = {name: rows_of(found, name) for name in found.tables}
                types = {name: each.collect_schema() for name, each in found.tables.items()}
                told.append((tables, types, said(found), found.digest))
    return told[0], told[1]


@pytest.mark.parametrize("case", CASES)
def test_what_is_broken_is_told_in_the_same_words(case: Any, tmp_path: Path) -> None:
    tables = sound()
    if change := case.get("change"):
        tables[change["table"]][change["row"] - 2][change["column"]] = change["to"]
    for name in case.get("remove", ()):
        del tables[name]
    folder = folder_of(tmp_path, tables)
    for name, text in case.get("write", {}).items():
        (folder / name).write_text(text, "utf-8")
    small, large = both(folder)

    assert large == small


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(WORDS)), max_size=2),
    twice=st.none() | st.sampled_from(["schools", "sections"]),
    chinese=st.booleans(),
)
def test_whatever_stands_in_cells_is_read_or_told_the_same(
    changes: list[Any], twice: str | None, chinese: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tables = sound()
    for (table, row, column), word in changes:
        tables[table][row][column] = word
    if twice:
        tables[twice].append(tables[twice][0])
    small, large = both(
        folder_of(tmp_path_factory.mktemp("large"), in_chinese(tables) if chinese else tables)
    )

    assert large == small


def test_sound_tables_are_proven_so_and_never_read_patiently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = sound()
    tables["classes"] = [
        {"year": "2025", "school": "0990101001", "level": "primary", "grade": "一", "class": name}
        for name in ("1", "2")
    ]
    tables["rooms"] = [{"year": "2025", "school": "0990101001", "use": "音乐", "area": "96"}] * 2
    tables["facts"] = [{"year": "2025", "county": "990101", "item": "x", "value": "1"}]
    folder = folder_of(tmp_path, tables)
    asked = []
    monkeypatch.setattr(lines, "_AT_ONCE", (0, 2**40))
    monkeypatch.setattr(opening, "_counted", lambda sheets, _: asked.extend(sheets) or [])
    found = intake.read(folder)

    assert asked == []
    assert found.tables.keys() == tables.keys()
    assert rows_of(found, "rooms")[0]["use"] == "music"


@pytest.mark.parametrize(
    ("table", "column", "to", "said_of"),
    [
        ("sections", "school", "0990101009", "学校"),
        ("rooms", "school", "00990101001", "学校"),
        ("classes", "class", "1", "重复"),
    ],
)
def test_keys_and_links_of_large_files_are_seen(
    table: str, column: str, to: str, said_of: str, tmp_path: Path
) -> None:
    tables = sound()
    one = {"year": "2025", "school": "0990101001"}
    tables["classes"] = [
        {**one, "level": "primary", "grade": "1", "class": name} for name in ("1", "2")
    ]
    tables["rooms"] = [{**one, "use": "music", "area": "96"}] * 2
    tables[table][1][column] = to
    small, large = both(folder_of(tmp_path, tables))

    assert large == small
    assert isinstance(large, list)
    assert said_of in large[0]
