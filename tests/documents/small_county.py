"""A made-up county of nine schools, small enough to be worked out by hand. 模拟数据 / synthetic data."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from junheng.cli import judging
from junheng.report.bundle import Bundle, bundles

LONG = "模拟" + "很长的校名" * 14 + "中心小学"
NAMES = ("=1+1", "+cmd", "@模拟", "-2", '模拟<w:fldSimple w:instr="DATE"/>&amp;', "{ HYPERLINK x }")
Rows = Sequence[Mapping[str, object]]
COUNTY, YEAR = "990101", 2025


def school(number: int, kind: str, **more: object) -> dict[str, object]:
    found = {"year": YEAR, "county": COUNTY, "school": f"99010100{number:02}", "kind": kind,
             "name": f"模拟第{number}学校", "sponsor": 7, "setting": "town"}  # fmt: skip
    areas = {"teaching_area": 1000, "indoor_sports_area": 100, "sports_ground_area": 1500,
             "equipment_value": 500000, "multimedia_rooms": 5,
             "computers": 20, "books": 6000}  # fmt: skip
    return found | areas | {"public_funds": 200000, "training_funds": 10000} | more


def section(number: int, level: str, pupils: object, **more: object) -> dict[str, object]:
    found = {"year": YEAR, "school": f"99010100{number:02}", "level": level, "pupils": pupils}
    staff = {
        "classes": 6,
        "grades": 6,
        "teachers": 12,
        "above_degree": 10,
        "backbone": 2,
        "pe_arts": 2,
        "mid_title": 6,
    }
    return found | staff | {"certified": 12, "trained_360h": 12, "migrant_pupils": 0} | more


SCHOOLS: Rows = [
    school(1, "primary"),
    school(2, "primary", name=NAMES[0], sports_ground_area=1000),
    school(3, "primary", name=NAMES[1], sponsor=10, indoor_sports_area=None),
    school(4, "nine_year", name=LONG, teaching_area=3000, sports_ground_area=4000,
           equipment_value=1200000, multimedia_rooms=12),
    school(5, "junior", name=NAMES[4], teaching_area=1500, sports_ground_area=2500),
    school(6, "complete_secondary", name=NAMES[5], teaching_area=4000, sports_ground_area=9000,
           equipment_value=2000000, multimedia_rooms=20),
    school(7, "teaching_point", name=NAMES[2]),
    school(8, "teaching_point", name=NAMES[3]),
    school(9, "special"),
]  # fmt: skip
SECTIONS: Rows = [
    section(1, "primary", 200),
    section(2, "primary", 180),
    section(3, "primary", 100),
    section(4, "primary", 240),
    section(4, "junior", 150, grades=3, classes=3),
    section(5, "junior", 210, grades=3, classes=5),
    section(6, "junior", 160, grades=3, classes=4),
    section(6, "senior", 300, grades=3, classes=6),
    section(7, "primary", 60, grades=4, classes=4),
    section(8, "primary", 20, grades=2, classes=2),
    section(9, "primary", 30),
]
CLASSES: Rows = [
    {"year": YEAR, "school": row["school"], "level": row["level"], "grade": f"{n}年级",
     "class": f"{n}1班", "pupils": 46 if row["school"] == "9901010001" and n == 1 else 30}
    for row in SECTIONS for n in range(1, int(str(row["classes"])) + 1)
]  # fmt: skip
FACTS: Mapping[str, float] = {
    "population": 123456, "rural_population": 65432, "townships": 5, "villages": 60,
    "gdp_per_head": 54321, "primary_staff": 60, "rotation_eligible_teachers": 40,
    "rotated_teachers": 5, "rotated_backbone_teachers": 1, "unified_building_standard": 0,
    "special_school_public_funds": 195000, "special_school_pupils": 30,
    "monitoring_chinese_level": 3, "monitoring_chinese_difference": 0.1495,
}  # fmt: skip
OPINIONS: Rows = [
    {"year": YEAR, "county": COUNTY, "group": group, "channel": channel, "sent": 100, "valid": 90,
     "satisfied": satisfied}
    for group, satisfied in (("parent", 80), ("teacher", 76))
    for channel in ("questionnaire", "interview")
]  # fmt: skip


def facts() -> Rows:
    return [{"year": YEAR, "county": COUNTY, "item": k, "value": v} for k, v in FACTS.items()]


def write(
    folder: Path, *, backwards: bool = False, year: int = YEAR, visiting: Sequence[str] = ()
) -> Path:
    """Write the county as CSV, its rows in one order or the other; visiting teachers where named."""
    folder.mkdir(parents=True, exist_ok=True)
    sections = [{**row, "pe_arts_visiting": int(row["school"] in visiting)} for row in SECTIONS]
    schools = [{**row, "setting": "rural"} if row["school"] in visiting else row for row in SCHOOLS]
    tables = {"schools": schools, "sections": sections, "classes": CLASSES, "facts": facts(),
              "opinions": OPINIONS}  # fmt: skip
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            dated = [{**row, "year": year} for row in rows]
            writer.writerows(reversed(dated) if backwards else dated)
    return folder


def bundled(data: Path, standard: str = "cn-quality-2017", *overlays: str) -> Bundle:
    """Judge a data set of one county and year, and bundle it."""
    ready = judging.ready(judging.Choice(data, standard, overlays=overlays))
    return bundles(ready.tables, ready.regimes, input_digest=ready.dataset.digest)[0]
