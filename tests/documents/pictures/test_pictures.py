"""Pictures: what they say, compared as data; and that what is drawn fits and can be read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair as alt
import pytest
import yaml
from glyphs import characters
from hypothesis import given, settings
from hypothesis import strategies as st
from small_county import LONG, NAMES

from junheng.cli import judging, report_province
from junheng.cli.report_set import Order
from junheng.demo import Wanted
from junheng.demo import write as write_demo
from junheng.errors import LANGUAGES, WrongUse, sentences
from junheng.report.bundle import Bundle, bundles
from junheng.report.pictures import Picture, county_set, province_set
from junheng.report.pictures.balance import balance, contribution
from junheng.report.pictures.county import years
from junheng.report.pictures.fonts import fonts, of_machine
from junheng.report.pictures.grammar import breadth, wrap
from junheng.report.pictures.maps import _box, _meet, _named, county_map, ground

GOLDEN = Path(__file__).parent / "golden" / "small_county.yaml"
_WIDEST = 700
"""Points: a picture whose names or words run over is broader."""


@pytest.fixture(scope="session")
def drawn(small: Bundle) -> dict[str, Picture]:
    return {one.id: one for one in county_set(replace(small, target=2027))}


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> judging.Ready:
    """Three made-up counties of some sixty schools each."""
    folder = tmp_path_factory.mktemp("three") / "data"
    write_demo(folder, Wanted(counties=3, detail=False))
    return judging.ready(judging.Choice(folder, "cn-quality-2017"))


@pytest.fixture(scope="session")
def demo(three: judging.Ready) -> list[Bundle]:
    return bundles(three.tables, three.regimes)


def rows_of(one: Picture) -> list[dict[str, Any]]:
    return [row for rows in one.spec["datasets"].values() for row in rows]


def width(svg: str) -> float:
    found = re.search(r'<svg[^>]* width="([0-9.]+)"', svg)
    assert found
    return float(found.group(1))


def test_pictures_of_the_small_county_say_what_was_worked_out(drawn: dict[str, Picture]) -> None:
    golden = yaml.safe_load(GOLDEN.read_text("utf-8"))

    said = {name: {"title": one.title, "answer": one.answer} for name, one in drawn.items()}
    assert said == golden["pictures"]
    cvs = [row for row in rows_of(drawn["balance"]) if "cv" in row and row["level"] == "primary"]
    found = {row["indicator"].split()[0]: row["text"] for row in cvs}
    assert found == golden["balance_of_primary_schools"]


def test_every_picture_is_a_specification_of_vega_lite(drawn: dict[str, Picture]) -> None:
    for one in drawn.values():
        alt.VConcatChart.from_dict(dict(one.spec), validate=True)


def test_names_stand_in_the_data_and_nowhere_else(drawn: dict[str, Picture]) -> None:
    for one in drawn.values():
        rest = json.dumps(
            {k: v for k, v in one.spec.items() if k != "datasets"}, ensure_ascii=False
        )
        assert not any(name in rest for name in (*NAMES, LONG[:10]) if len(name) > 2)


def test_expressions_in_the_specification_are_ours_alone(drawn: dict[str, Picture]) -> None:
    ours = {"split(datum.label, '\\n')"}
    for one in drawn.values():
        text = json.dumps(
            {k: v for k, v in one.spec.items() if k != "datasets"}, ensure_ascii=False
        )
        found = re.findall(
            r'"(?:labelExpr|expr|calculate|signal|filter)": ("(?:[^"\\]|\\.)*")', text
        )
        assert {json.loads(expression) for expression in found} <= ours


def test_names_that_look_like_formulas_are_drawn_as_they_are(drawn: dict[str, Picture]) -> None:
    svg = drawn["table-primary"].svg()
    assert all(f">{name}<" in svg for name in NAMES[:2])


def test_an_unknown_value_is_said_to_be_unknown(drawn: dict[str, Picture]) -> None:
    cells = [row["text"] for row in rows_of(drawn["table-primary"]) if "ground" in row]
    assert cells.count("?") == 2
    unknown = [row["text"] for row in rows_of(drawn["balance"]) if row.get("cv", 0) is None]
    assert unknown == ["？算不出"] * 2


def test_made_up_data_is_marked_in_every_picture(drawn: dict[str, Picture]) -> None:
    for one in drawn.values():
        assert "模拟数据" in json.dumps(one.spec["title"], ensure_ascii=False)


def test_pictures_fit_a_page_at_six_schools_and_at_sixty(
    drawn: dict[str, Picture], demo: list[Bundle]
) -> None:
    for one in (*drawn.values(), *county_set(replace(demo[0], target=2028))):
        assert width(one.svg()) <= _WIDEST, one.id


def test_pictures_in_english_fit_a_page(small: Bundle) -> None:
    from junheng.report.words import Words

    for one in county_set(replace(small, words=Words(small.standard, "en"))):
        assert width(one.svg()) <= _WIDEST, one.id


def test_names_on_a_map_hide_nothing(demo: list[Bundle]) -> None:
    province = {one.id: one for one in province_set(demo)}
    assert set(province) == {"province-map", "province-primary", "province-junior"}
    assert all(width(one.svg()) <= _WIDEST for one in province.values())
    codes = {row["name"] for row in rows_of(province["province-map"]) if "name" in row}
    assert codes == {one.code for one in demo}


def test_the_pictures_of_a_province_come_with_those_of_its_counties(
    three: judging.Ready, tmp_path: Path
) -> None:
    choice = judging.Choice(Path(), "cn-quality-2017")
    order = Order(choice, ("pictures",), three.counties, 2025, None, "zh")
    rows = list(report_province.documents(order, three, tmp_path))
    assert {row["county"] for row in rows} == {report_province.EVERY}
    assert all((tmp_path / row["file"]).is_file() for row in rows)
    assert len(rows) == 6
    one = replace(order, counties=three.counties[:1])
    assert not list(report_province.documents(one, three, tmp_path))


places = st.tuples(st.floats(100, 101), st.floats(30, 31))


@settings(max_examples=25, deadline=None)
@given(st.lists(places, min_size=2, max_size=40, unique=True))
def test_names_never_meet_each_other_or_a_point(found: list[tuple[float, float]]) -> None:
    on = ground(found)
    points = [{"east": on.place(*p)[0], "north": on.place(*p)[1], "short": 1, "name": f"模拟第{n}学校"}
              for n, p in enumerate(found)]  # fmt: skip
    named = _named(points, points, on, 15)
    scale = on.points_a_km
    boxes = [_box(r["east"] * scale, r["north"] * scale, 11.5 * breadth(r["name"]) + 4, 14.0, r["side"])
             for r in named]  # fmt: skip
    dots = [_box(p["east"] * scale, p["north"] * scale, 12, 12, "middle") for p in points]
    assert not any(_meet(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert not any(_meet(a, b) for a in boxes for b in dots)


@given(st.text(alphabet="均衡abc 、（12", max_size=60), st.integers(2, 20))
@settings(max_examples=60, deadline=None)
def test_a_wrapped_text_loses_nothing(text: str, most: int) -> None:
    assert "".join(wrap(text, most)) == text


def test_the_way_to_the_target_ends_at_the_limit_in_its_year(small: Bundle) -> None:
    one = years(replace(small, target=2027))
    ends = [row for row in rows_of(one) if row.get("year") == 2027]
    assert len(ends) == 3
    assert all(row["cv"] == row["limit"] for row in ends)
    assert not [row for row in rows_of(years(small)) if row.get("year") == 2027]


def test_every_character_that_we_write_has_a_glyph() -> None:
    font = next(iter(fonts().folders), None)
    assert font is not None, "the font package of the extra `documents` is not installed"
    there = characters(font / "NotoSansSC-Regular.otf")
    said = [sentences(language, area) for language in LANGUAGES for area in ("pictures", "letters")]
    said += [sentences(language, "page") for language in LANGUAGES]
    ours = {c for catalogue in said[:4] for text in catalogue.values() for c in str(text)}
    texts = Path(__file__).parents[3] / "src/junheng/report/letters/templates"
    ours |= {c for path in texts.rglob("*.yaml") for c in path.read_text("utf-8")}
    assert {c for c in ours if not c.isspace() and ord(c) not in there} == set()


def test_without_a_chinese_font_nothing_is_drawn() -> None:
    with pytest.raises(WrongUse) as refused:
        of_machine(frozenset({"DejaVu Sans"}))
    assert "junheng[documents]" in refused.value.say("zh")
    assert of_machine(frozenset({"SimSun"})).sans == "SimSun"


def test_a_standard_without_limits_is_drawn_without_verdicts(small_basic: Bundle) -> None:
    drawn = list(county_set(small_basic))
    assert all(width(one.svg()) <= _WIDEST for one in drawn)
    assert "balance" in {one.id for one in drawn}


README = ("balance", "contribution-junior-backbone-teachers", "map")
DOCS = Path(__file__).parents[3] / "docs/pictures"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_of_the_readme_are_those_that_are_made_now(
    tmp_path: Path, language: str
) -> None:
    """To make them again: `junheng demo`, `junheng report --kind pictures`, in both languages."""
    write_demo(tmp_path / "demo", Wanted())
    ready = judging.ready(judging.Choice(tmp_path / "demo", "cn-quality-2017"))
    (bundle,) = bundles(ready.tables, ready.regimes, language=language)
    made = (
        balance(bundle),
        contribution(bundle, "junior", "backbone_teachers"),
        county_map(bundle),
    )
    assert tuple(one.id for one in made) == README
    for one in made:
        kept = (DOCS / f"{one.id}.{language}.svg").read_text("utf-8")
        assert without_marks(one.svg()) == without_marks(kept), one.id


def without_marks(svg: str) -> str:
    """Leave out the marks of verdict and standard, which change with a note in the rules."""
    return re.sub("(标准版本 |结论校验码 |standard version |verdict )[0-9a-f]+", r"\1", svg)
