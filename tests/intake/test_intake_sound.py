from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from handed_in import codes, folder_of, grid, in_chinese, parquet_of, rows_of, said, sound

from junheng import intake
from junheng.errors import DataNeedsMending
from junheng.intake.cells import dtype_of
from junheng.model.tables import TABLES


def frames(tables: dict[str, list[dict[str, object]]]) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame(rows) for name, rows in tables.items()}


def test_every_column_of_the_contract_is_there_and_typed(tmp_path: Path) -> None:
    dataset = intake.read(folder_of(tmp_path, sound()))

    assert list(dataset.tables) == ["schools", "sections"]
    for name, frame in dataset.tables.items():
        expected = {column.name: dtype_of(column) for column in TABLES[name].columns}
        assert frame.collect_schema() == expected
        assert list(frame.collect_schema()) == list(expected)


def test_cells_come_out_as_they_were_meant(tmp_path: Path) -> None:
    schools = rows_of(intake.read(folder_of(tmp_path, sound())), "schools")

    assert schools[0] | {"name": "第一小学"} == schools[0]
    assert schools[0]["year"] == 2025
    assert schools[0]["school"] == "0990101001"
    assert schools[0]["county"] == "990101"
    assert schools[0]["teaching_area"] == 5210.5
    assert schools[0]["boarding"] == 0.0
    assert schools[0]["sponsor"] == "7"


def test_an_empty_cell_is_unknown_and_never_zero(tmp_path: Path) -> None:
    dataset = intake.read(folder_of(tmp_path, sound()))

    assert [row["pupils"] for row in rows_of(dataset, "sections")] == [1000.0, 500.0, None]
    assert [row["books"] for row in rows_of(dataset, "schools")] == [None, None]


def test_spaces_are_no_content(tmp_path: Path) -> None:
    tables = sound()
    tables["sections"][0] |= {"pupils": " 1000 ", "level": "\u3000小学", "teachers": " \u3000"}

    section = rows_of(intake.read(folder_of(tmp_path, tables)), "sections")[0]

    assert section["pupils"] == 1000.0
    assert section["level"] == "primary"
    assert section["teachers"] is None


def test_chinese_names_say_the_same(tmp_path: Path) -> None:
    here = intake.read(folder_of(tmp_path / "a", sound()))
    there = intake.read(folder_of(tmp_path / "b", in_chinese(sound())))

    for name in ("schools", "sections"):
        assert rows_of(here, name) == rows_of(there, name)


def test_names_may_be_mixed_and_columns_in_any_order(tmp_path: Path) -> None:
    tables = sound()
    mixed = [dict(reversed(row.items())) for row in tables["sections"]]
    tables["sections"] = [{"学段" if k == "level" else k: v for k, v in r.items()} for r in mixed]

    here = intake.read(folder_of(tmp_path / "a", sound()))
    there = intake.read(folder_of(tmp_path / "b", tables))

    assert rows_of(here, "sections") == rows_of(there, "sections")


@pytest.mark.parametrize("typed", ["7", "7.0", "县级教育"])
def test_a_sponsor_may_be_a_number_or_a_label(typed: str, tmp_path: Path) -> None:
    tables = sound()
    tables["schools"][0]["sponsor"] = typed
    assert rows_of(intake.read(folder_of(tmp_path, tables)), "schools")[0]["sponsor"] == "7"


@pytest.mark.parametrize(
    ("typed", "kept"), [("是", 1.0), ("否", 0.0), ("1", 1.0), ("0.0", 0.0), ("TRUE", 1.0)]
)
def test_a_flag_may_be_a_word(typed: str, kept: float, tmp_path: Path) -> None:
    tables = sound()
    tables["schools"][0]["boarding"] = typed
    assert rows_of(intake.read(folder_of(tmp_path, tables)), "schools")[0]["boarding"] == kept


def test_a_use_of_rooms_may_be_any_and_is_kept_by_its_name(tmp_path: Path) -> None:
    uses = ["音乐", "art", "机器人"]
    rooms = [{"year": "2025", "school": "0990101001", "use": use, "area": "80"} for use in uses]
    dataset = intake.read(folder_of(tmp_path, sound() | {"rooms": rooms}))
    assert [row["use"] for row in rows_of(dataset, "rooms")] == ["music", "art", "机器人"]


def test_what_is_ignored_or_absent_is_said(tmp_path: Path) -> None:
    tables = sound()
    tables["sections"] = [row | {"校长": "王", "": "备注"} for row in tables["sections"]]
    folder = folder_of(tmp_path, tables)
    (folder / "说明.docx").write_bytes(b"")
    (folder / "其他.csv").write_text("a\n", "utf-8")
    (folder / ".DS_Store").write_bytes(b"")

    dataset = intake.read(folder)

    assert "《学段》表中这些列不在规定之内，没有使用：“校长”。" in said(dataset)
    assert "没有表头却有内容，没有使用：#7" in said(dataset)
    assert "没有《班级》表" in said(dataset)
    assert "《学段》表没有这些列，按未知处理：班级数、年级数" in said(dataset)
    assert "“其他.csv”、“说明.docx”" in said(dataset)
    assert "DS_Store" not in said(dataset)
    assert "Table sections: these columns are not among those asked for" in said(dataset, "en")


def test_a_school_without_a_section_is_said_and_let_in(tmp_path: Path) -> None:
    tables = sound()
    tables["schools"].append(tables["schools"][0] | {"school": "0990101003"})
    dataset = intake.read(folder_of(tmp_path, tables))
    assert "《学校》第4行的学校“0990101003”在《学段》表中没有2025年的数据" in said(dataset)


def test_an_empty_optional_table_is_said_and_let_in(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    (folder / "facts.csv").write_text("year,county,item,value\n", "utf-8")
    dataset = intake.read(folder)
    assert rows_of(dataset, "facts") == []
    assert "《县级填报》表没有数据行" in said(dataset)


def test_tables_in_memory_are_checked_by_the_same_rules() -> None:
    dataset = intake.typed(frames(in_chinese(sound())))
    assert rows_of(dataset, "sections")[0]["pupils"] == 1000.0

    tables = sound()
    tables["sections"][1]["pupils"] = "12O0"
    with pytest.raises(DataNeedsMending) as refused:
        intake.typed({name: frame.lazy() for name, frame in frames(tables).items()})
    assert "《学段》第2行“在校生数”填的是“12O0”" in refused.value.say("zh")


def test_codes_and_choices_kept_as_numbers_are_read() -> None:
    tables = frames(sound())
    tables["schools"] = tables["schools"].with_columns(
        pl.col("county", "sponsor").cast(pl.Float64), pl.col("year").cast(pl.Int16)
    )
    row = rows_of(intake.typed(tables), "schools")[0]
    assert (row["county"], row["sponsor"], row["year"]) == ("990101", "7", 2025)


def test_categories_are_text_and_booleans_are_flags() -> None:
    tables = frames(sound())
    tables["schools"] = tables["schools"].with_columns(
        pl.col("kind").cast(pl.Categorical), boarding=pl.Series([True, None])
    )
    rows = rows_of(intake.typed(tables), "schools")
    assert [row["kind"] for row in rows] == ["primary", "nine_year"]
    assert [row["boarding"] for row in rows] == [1.0, None]


def test_a_column_that_no_number_can_come_from_is_told() -> None:
    tables = frames(sound())
    tables["sections"] = tables["sections"].with_columns(teachers=pl.Series([[1], [2], None]))
    with pytest.raises(DataNeedsMending) as refused:
        intake.typed(tables)
    assert codes(refused.value) == ["intake.column_type"]
    assert "“专任教师数”列存的是List(Int64)类型" in refused.value.say("zh")


def test_not_a_number_is_never_a_number() -> None:
    tables = frames(sound())
    tables["sections"] = tables["sections"].with_columns(
        teachers=pl.Series([1.0, float("nan"), None])
    )
    with pytest.raises(DataNeedsMending) as refused:
        intake.typed(tables)
    assert codes(refused.value) == ["intake.not_finite"]


def test_a_column_of_anyone_may_be_called_row() -> None:
    tables = frames(sound())
    tables["sections"] = tables["sections"].with_columns(row=pl.lit("x"))
    assert "“row”" in said(intake.typed(tables))


def test_parquet_is_read_where_it_lies(tmp_path: Path) -> None:
    tables = frames(sound())
    tables["sections"] = tables["sections"].with_columns(
        pl.col("pupils").cast(pl.Float64, strict=False)
    )
    dataset = intake.read(parquet_of(tmp_path / "p", tables))
    assert rows_of(dataset, "sections") == rows_of(
        intake.read(folder_of(tmp_path / "c", sound())), "sections"
    )
    assert "Parquet SCAN" in dataset.tables["sections"].explain()


def test_a_year_of_parquet_is_looked_for_in_the_file_and_nothing_else_of_it_is_read(
    tmp_path: Path,
) -> None:
    tables = {
        name: frame.with_columns(pl.col("year").cast(pl.Int16))
        for name, frame in frames(sound()).items()
    }
    dataset = intake.read(parquet_of(tmp_path, tables))

    for name in ("schools", "sections"):
        asked = dataset.tables[name].filter(pl.col("year") == 2025)
        assert "SELECTION" in asked.explain()
        assert "FILTER" not in asked.explain()
        assert dataset.tables[name].collect_schema()["year"] == pl.Int64


def test_words_in_parquet_are_read_as_in_any_file_whatever_the_column_beside_them_holds(
    tmp_path: Path,
) -> None:
    plain, typed = frames(sound()), frames(sound())
    names = pl.col("name") + " "
    kinds = pl.col("kind").replace({"primary": "小学"})
    typed["schools"] = typed["schools"].with_columns(name=names, kind=kinds)
    assert typed["schools"]["kind"].to_list() != plain["schools"]["kind"].to_list()

    wanted = intake.read(parquet_of(tmp_path / "plain", plain))
    dataset = intake.read(parquet_of(tmp_path / "typed", typed))

    assert rows_of(dataset, "schools") == rows_of(wanted, "schools")


def test_an_empty_word_in_parquet_is_unknown(tmp_path: Path) -> None:
    tables = frames(sound())
    tables["schools"] = tables["schools"].with_columns(name=pl.lit(""))
    dataset = intake.read(parquet_of(tmp_path, tables))

    assert {row["name"] for row in rows_of(dataset, "schools")} == {None}


def test_rows_of_parquet_are_counted_from_one(tmp_path: Path) -> None:
    tables = sound()
    tables["sections"][2]["teachers"] = "-1"
    with pytest.raises(DataNeedsMending) as refused:
        intake.read(parquet_of(tmp_path, frames(tables)))
    assert refused.value.problems[0].fields["row"] == 3


def test_the_fingerprint_is_of_the_content_and_of_nothing_else(tmp_path: Path) -> None:
    first = intake.read(folder_of(tmp_path / "a", sound())).digest
    again = intake.read(folder_of(tmp_path / "b", sound())).digest
    changed = sound()
    changed["sections"][0]["pupils"] = "1001"

    assert len(first) == 64
    assert first == again
    assert first != intake.read(folder_of(tmp_path / "c", changed)).digest


def test_tables_in_memory_have_a_fingerprint_too() -> None:
    first, again = (intake.typed(frames(sound())).digest for _ in range(2))
    changed = sound()
    changed["sections"][0]["pupils"] = "1001"
    assert first == again == intake.typed(frames(in_chinese(sound()))).digest
    assert first != intake.typed(frames(changed)).digest


def test_rows_are_told_as_a_person_sees_them(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    lines = ["", *(",".join(map(str, row)) for row in grid(sound()["sections"]))]
    lines[3:3] = ["", ",,,,"]
    lines[-1] = lines[-1].replace("junior", '"jun\nior"')
    (folder / "sections.csv").write_text("\n".join(lines), "utf-8")

    with pytest.raises(DataNeedsMending) as refused:
        intake.read(folder)
    assert [each.fields["row"] for each in refused.value.problems] == [7]
