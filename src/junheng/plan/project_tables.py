"""The optional tables behind a projection: births, zones, new housing, and planned changes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from junheng.model.tables import LEVELS, SCHOOL_KINDS, Column, Table

ACTIONS = {"open": "新建", "close": "撤销", "merge": "合并"}
SCENARIOS = {"low": "低", "middle": "中", "high": "高"}
_YEAR = Column("year", "统计年份", "year", required=True, low=1986, high=2100)
_COUNTY = Column("county", "县代码", "text", required=True)
_SCHOOL = Column("school", "学校标识码", "text", required=True)
_LEVEL = Column("level", "学段", "choice", required=True, choices=LEVELS)

BIRTHS = Table(
    "births",
    "出生人口",
    (_YEAR, _COUNTY, Column("births", "出生人数", "whole", "person", required=True)),
    key=("year", "county"),
)
"""Children born in a county from September of the year before to August of the year: one school year."""

ZONES = Table(
    "zones",
    "招生片区",
    (_YEAR, _SCHOOL, _LEVEL, Column("children", "适龄儿童数", "whole", "person", required=True)),
    key=("year", "school", "level"),
)
"""Children who are to enter the first grade of a school's level in a year."""

HOUSING = Table(
    "housing",
    "新建住宅",
    (
        _YEAR,
        _SCHOOL,
        _LEVEL,
        Column("homes", "入住套数", "whole", "home", required=True),
        Column("pupils_per_home", "每套学生数", "number", "person", required=True),
    ),
    key=("year", "school", "level"),
)
"""Homes in a school's zone that are moved into before a school year begins."""

CHANGES = Table(
    "changes",
    "布局调整",
    (
        _YEAR,
        _SCHOOL,
        Column("action", "调整", "choice", required=True, choices=ACTIONS),
        Column("level", "学段", "choice", choices=LEVELS),
        Column("other", "相关学校", "text"),
        Column("share", "学生比例", "number", "share"),
        Column("kind", "办学类型", "choice", choices=SCHOOL_KINDS),
        Column("name", "学校名称", "text"),
    ),
    key=(),
)
"""open: a row for each school that gives pupils: `other` names it, `share` (0–1) of its pupils move.
close, merge: `other` names where the pupils go, several rows share them by `share`; where none is
named, they go to the other schools of the county pro rata. Without a level: every level."""

INPUTS: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (BIRTHS, ZONES, HOUSING, CHANGES)}
)

PROJECTION = Table(
    "projection",
    "学生数预测",
    (
        _YEAR,
        Column("scenario", "方案", "choice", choices=SCENARIOS),
        Column("county", "县代码", "text"),
        _SCHOOL,
        _LEVEL,
        Column("pupils", "在校生数", "number", "person", required=True),
        Column("basis", "依据", "text"),
    ),
    key=("year", "scenario", "school", "level"),
)
"""Pupils to come, as `junheng project` writes them or as somebody else has reckoned them."""
