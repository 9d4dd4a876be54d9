from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from handed_in import codes, folder_of, in_chinese, parquet_of, refusal, rows_of, said, sound

from junheng import intake
from junheng.intake import folder as folders
from junheng.intake import lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_recognised(encoding: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, in_chinese(sound()), encoding=encoding)
    dataset = intake.read(folder)
    assert rows_of(dataset, "schools")[0]["name"] == "第一小学"
    assert ("已按GB18030读取" in said(dataset)) == (encoding == "gb18030")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_told(encoding: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    path = folder / "sections.csv"
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert codes(refusal(folder)) == ["intake.not_text"]
    assert "另存为“CSV UTF-8”" in refusal(folder).say("zh")


def test_text_that_breaks_off_within_a_character_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    (folder / "sections.csv").write_bytes("year,学校".encode()[:-1] + b"\xff\n")
    assert codes(refusal(folder)) == ["intake.not_text"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(end: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    path = folder / "sections.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", end.encode()))
    assert len(rows_of(intake.read(folder), "sections")) == 3


def test_rows_may_be_short_and_may_end_in_empty_cells(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    (folder / "sections.csv").write_text(
        "year,school,level,pupils,teachers\n"
        "2025,0990101001,primary,5\n"
        "2025,0990101002,primary,6,2,, ,\n",
        "utf-8",
    )
    sections = rows_of(intake.read(folder), "sections")
    assert [row["teachers"] for row in sections] == [None, 2.0]


def test_quoted_commas_quotes_and_line_breaks_are_content(tmp_path: Path) -> None:
    tables = sound()
    tables["schools"][0]["name"] = '第一小学,"本部"\n东校区'
    assert (
        rows_of(intake.read(folder_of(tmp_path, tables)), "schools")[0]["name"]
        == '第一小学,"本部"\n东校区'
    )


@pytest.mark.parametrize("keep", [0, 4, 100, 700])
def test_a_broken_parquet_file_is_told(keep: int, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    (folder / "sections.csv").unlink()
    parquet_of(folder, {"sections": pl.DataFrame(sound()["sections"])})
    path = folder / "sections.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    refused = refusal(folder)
    assert codes(refused) == ["intake.file_broken"]
    assert "文件“sections.parquet”无法读取，可能已损坏" in refused.say("zh")


def test_damage_within_a_parquet_file_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    (folder / "sections.csv").unlink()
    many = pl.DataFrame(sound()["sections"] * 500).with_columns(teachers=pl.int_range(pl.len()) / 7)
    parquet_of(folder, {"sections": many})
    path = folder / "sections.parquet"
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    assert codes(refusal(folder)) == ["intake.file_broken"]


def test_one_broken_file_does_not_hide_the_problems_of_another(tmp_path: Path) -> None:
    tables = sound()
    tables["schools"][0]["sponsor"] = "99"
    folder = folder_of(tmp_path, tables)
    (folder / "sections.csv").write_text("year,school,level,pupils\n1,2,3,4,5\n", "utf-8")
    assert codes(refusal(folder)) == ["intake.row_too_long", "intake.unknown_choice"]


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *, keep: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(lines, "recognise", refuse)
    refused = refusal(folder_of(tmp_path, sound()))
    assert codes(refused) == ["intake.file_closed"] * 2
    assert "打不开：Permission denied" in refused.say("zh")


def test_both_kinds_of_file_for_one_table_are_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    parquet_of(folder, {"schools": pl.DataFrame(sound()["schools"])})
    assert codes(refusal(folder)) == ["intake.table_twice"]


def test_very_large_files_are_read_where_they_lie_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path, sound())
    small = intake.read(folder)
    monkeypatch.setattr(lines, "_IN_MEMORY", 0)
    monkeypatch.setattr(folders, "_LARGE", 0)
    large = intake.read(folder)

    assert "sections.csv" in large.tables["sections"].explain()
    assert large.digest == small.digest
    assert rows_of(large, "sections") == rows_of(small, "sections")


def test_very_large_files_are_refused_with_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = sound()
    tables["sections"][1] |= {"pupils": "x", "teachers": "-1"}
    tables["sections"].append(tables["sections"][0])
    tables["schools"][1]["school"] = "0990101005"
    folder = folder_of(tmp_path, tables)
    small = refusal(folder).say("zh")
    monkeypatch.setattr(lines, "_IN_MEMORY", 0)
    monkeypatch.setattr(folders, "_LARGE", 0)
    assert refusal(folder).say("zh") == small
