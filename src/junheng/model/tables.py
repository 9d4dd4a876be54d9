"""The input tables of a data set: their columns, what may stand in them, and in which unit.

A data set may leave out any table but `schools` and `sections`, and any column that is not
required; what is left out is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from junheng.model.reference import Label

Kind = Literal["text", "year", "whole", "number", "flag", "choice", "degrees"]
"""How a cell is read: `whole` and `number` are >= 0; `flag` is 0 or 1; `choice` is one of a list."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: machine name, Chinese heading, and what a cell may hold."""

    name: str
    zh: str
    kind: Kind
    unit: str = ""
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    """For `choice`: machine value to Chinese label; both are read, the machine value is kept."""
    low: float | None = None
    high: float | None = None
    en: str = ""

    @property
    def label(self) -> Label:
        """Name the column for people, in both languages."""
        return Label(self.zh, self.en or self.name)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and the key that no two rows may share (empty: rows may repeat)."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    en: str = ""

    @property
    def label(self) -> Label:
        """Name the table for people, in both languages."""
        return Label(self.zh, self.en or self.name)

    def column(self, name: str) -> Column:
        """Give the column with this machine name; KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]


SCHOOL_KINDS = {
    "primary": "小学",
    "teaching_point": "教学点",
    "junior": "初级中学",
    "nine_year": "九年一贯制学校",
    "complete_secondary": "完全中学",
    "twelve_year": "十二年一贯制学校",
    "special": "特殊教育学校",
    "vocational": "职业学校",
}
SPONSORS = {
    "1": "中央教育",
    "2": "中央其他",
    "3": "省级教育",
    "4": "省级其他",
    "5": "地级教育",
    "6": "地级其他",
    "7": "县级教育",
    "8": "县级其他",
    "9": "地方企业",
    "10": "民办",
}
SETTINGS = {"urban": "城区", "town": "镇区", "rural": "乡村"}
LEVELS = {"primary": "小学", "junior": "初中", "senior": "高中"}
GROUPS = {
    "parent": "家长",
    "pupil": "学生",
    "teacher": "教师",
    "principal": "校长",
    "npc": "人大代表",
    "cppcc": "政协委员",
    "other": "其他群众",
}
CHANNELS = {"questionnaire": "问卷调查", "interview": "实地走访"}
ROOM_USES = {"music": "音乐", "art": "美术"}

_YEAR = Column("year", "统计年份", "year", required=True, low=1986, high=2100, en="School year")
_COUNTY = Column("county", "县代码", "text", required=True, en="County code")
_SCHOOL = Column("school", "学校标识码", "text", required=True, en="School code")
_LEVEL = Column("level", "学段", "choice", required=True, choices=LEVELS, en="Level")

SCHOOLS = Table(
    "schools",
    "学校",
    (
        _YEAR,
        _COUNTY,
        _SCHOOL,
        Column("name", "学校名称", "text", en="School name"),
        Column("kind", "办学类型", "choice", required=True, choices=SCHOOL_KINDS, en="Kind"),
        Column("sponsor", "举办者类型", "choice", required=True, choices=SPONSORS, en="Run by"),
        Column("setting", "城乡类型", "choice", choices=SETTINGS, en="Urban or rural"),
        Column("built", "建校年份", "whole", "year", low=1000, high=2100, en="Year built"),
        Column("dense_centre", "中心城区高密度", "flag", en="Dense city centre"),
        Column("boarding", "寄宿制", "flag", en="Boarding school"),
        Column("lon", "经度", "degrees", "°", low=-180, high=180, en="Longitude"),
        Column("lat", "纬度", "degrees", "°", low=-90, high=90, en="Latitude"),
        Column("teaching_area", "教学及辅助用房面积", "number", "m²", en="Teaching area"),
        Column(
            "indoor_sports_area",
            "室内体育用房（体育馆）面积",
            "number",
            "m²",
            en="Indoor sports area",
        ),
        Column("sports_ground_area", "室外运动场地面积", "number", "m²", en="Sports grounds"),
        Column(
            "equipment_value",
            "教学仪器设备资产值（账面原值）",
            "number",
            "yuan",
            en="Equipment, book value",
        ),
        Column("computers", "教学用计算机", "number", "set", en="Computers for teaching"),
        Column("books", "图书", "number", "volume", en="Books"),
        Column("multimedia_rooms", "网络多媒体教室", "number", "room", en="Multimedia classrooms"),
        Column(
            "public_funds", "年度公用经费预算总额", "number", "yuan", en="Public funds, budgeted"
        ),
        Column(
            "public_funds_settled",
            "年度公用经费决算总额",
            "number",
            "yuan",
            en="Public funds, spent",
        ),
        Column(
            "training_funds", "教师培训经费预算", "number", "yuan", en="Teacher training, budgeted"
        ),
        Column(
            "training_funds_settled",
            "教师培训经费决算",
            "number",
            "yuan",
            en="Teacher training, spent",
        ),
    ),
    key=("year", "school"),
    en="Schools",
    required=True,
)

SECTIONS = Table(
    "sections",
    "学段",
    (
        _YEAR,
        _SCHOOL,
        _LEVEL,
        Column("pupils", "在校生数", "whole", "person", required=True, en="Pupils"),
        Column("classes", "班级数", "whole", "class", en="Classes"),
        Column("grades", "年级数", "whole", "grade", en="Grades"),
        Column("teachers", "专任教师数", "number", "person", en="Teachers"),
        Column(
            "above_degree",
            "高于规定学历专任教师",
            "number",
            "person",
            en="Teachers above the required degree",
        ),
        Column("backbone", "县级及以上骨干教师", "number", "person", en="Backbone teachers"),
        Column(
            "pe_arts",
            "体育、艺术（音乐、美术）专任教师",
            "number",
            "person",
            en="Teachers of sports and arts",
        ),
        Column(
            "pe_arts_visiting",
            "交流轮岗、兼职、走教的体艺教师",
            "number",
            "person",
            en="Visiting teachers of sports and arts",
        ),
        Column(
            "mid_title",
            "中级及以上专业技术职务专任教师",
            "number",
            "person",
            en="Teachers of middle rank or above",
        ),
        Column("certified", "持教师资格证专任教师", "number", "person", en="Certified teachers"),
        Column(
            "trained_360h",
            "完成5年360学时专任教师",
            "number",
            "person",
            en="Teachers trained 360 hours in five years",
        ),
        Column(
            "migrant_pupils",
            "随迁子女在校生",
            "number",
            "person",
            en="Pupils from migrant families",
        ),
    ),
    key=("year", "school", "level"),
    en="Levels",
    required=True,
)

CLASSES = Table(
    "classes",
    "班级",
    (
        _YEAR,
        _SCHOOL,
        _LEVEL,
        Column("grade", "年级", "text", required=True, en="Grade"),
        Column("class", "班级名称", "text", required=True, en="Class name"),
        Column("pupils", "班级学生数", "whole", "person", en="Pupils in the class"),
    ),
    key=("year", "school", "level", "grade", "class"),
    en="Classes",
)

ROOMS = Table(
    "rooms",
    "专用教室",
    (
        _YEAR,
        _SCHOOL,
        Column("use", "用途", "text", required=True, choices=ROOM_USES, en="Used for"),
        Column("name", "教室名称", "text", en="Room name"),
        Column("area", "教室面积", "number", "m²", en="Room area"),
    ),
    key=(),
    en="Special rooms",
)

FACTS = Table(
    "facts",
    "县级填报",
    (
        _YEAR,
        _COUNTY,
        Column("item", "填报项目", "text", required=True, en="Item"),
        Column("value", "填报值", "number", en="Value"),
    ),
    key=("year", "county", "item"),
    en="County facts",
)

OPINIONS = Table(
    "opinions",
    "社会认可度",
    (
        _YEAR,
        _COUNTY,
        Column("group", "群体", "choice", required=True, choices=GROUPS, en="Group"),
        Column("channel", "方式", "choice", required=True, choices=CHANNELS, en="Way of asking"),
        Column("sent", "发出数", "whole", "form", en="Sent out"),
        Column("valid", "有效数", "whole", "form", en="Valid"),
        Column("satisfied", "满意数", "whole", "form", en="Satisfied"),
    ),
    key=("year", "county", "group", "channel"),
    en="Public opinion",
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (SCHOOLS, SECTIONS, CLASSES, ROOMS, FACTS, OPINIONS)}
)
_TABLE_OF = {column.name: table.name for table in (SECTIONS, SCHOOLS) for column in table.columns}


def table_of(column: str) -> str:
    """Say whether an amount column stands in `schools` (shared by a campus) or in `sections`.

    Raises KeyError when it stands in neither.
    """
    return _TABLE_OF[column]


def amount_column(name: str) -> Column:
    """Give the column of `schools` or `sections` with this name; KeyError if neither has it."""
    return TABLES[table_of(name)].column(name)
