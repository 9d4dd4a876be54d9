"""The registers: one row a teacher, a class, a pupil. No column for a name or an identity number.

Identifiers are pseudonyms that the holder of the register gives and alone can trace back.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from junheng.model.tables import LEVELS, Column, Table

EMPLOYMENTS = {
    "staff": "在编",
    "contract": "聘任制",
    "visiting": "交流走教",
    "part_time": "兼职",
    "substitute": "代课",
}
DEGREES = {
    "doctor": "博士研究生",
    "master": "硕士研究生",
    "bachelor": "本科",
    "associate": "专科",
    "secondary": "高中阶段",
    "below": "高中阶段以下",
}
TITLES = {
    "full_senior": "正高级",
    "senior": "副高级",
    "middle": "中级",
    "assistant": "助理级",
    "junior": "员级",
    "none": "未定职级",
}
RANKS = {
    "national": "国家级",
    "provincial": "省级",
    "city": "地市级",
    "county": "县级",
    "school": "校级",
    "none": "不是骨干教师",
}
COURSES = {
    "moral": "道德与法治",
    "chinese": "语文",
    "mathematics": "数学",
    "foreign": "外语",
    "science": "科学",
    "physics": "物理",
    "chemistry": "化学",
    "biology": "生物学",
    "history": "历史",
    "geography": "地理",
    "pe": "体育与健康",
    "arts": "艺术",
    "music": "音乐",
    "fine_arts": "美术",
    "computing": "信息科技",
    "labour": "劳动",
    "practice": "综合实践活动",
    "local": "地方与校本课程",
    "other": "其他",
}
HOURS = tuple(f"hours_{ago}" for ago in range(5))
"""Hours of training: this school year, the one before, and so on."""
SECTION = ("year", "county", "school", "level")
"""What a row of any register belongs to."""

_PLACE = (
    Column("year", "统计年份", "year", required=True, low=1986, high=2100),
    Column("county", "县代码", "text", required=True),
    Column("school", "学校标识码", "text", required=True),
    Column("level", "学段", "choice", required=True, choices=LEVELS),
)
_SINCE = ("本学年", "上一学年", "前二学年", "前三学年", "前四学年")

TEACHERS = Table(
    "teachers",
    "教师名册",
    (
        *_PLACE,
        Column("teacher", "教师编号", "text", required=True),
        Column("full_time", "专任教师", "flag"),
        Column("employment", "聘用方式", "choice", choices=EMPLOYMENTS),
        Column("degree", "学历", "choice", choices=DEGREES),
        Column("title", "专业技术职务", "choice", choices=TITLES),
        Column("backbone_rank", "骨干教师级别", "choice", choices=RANKS),
        Column("course", "任教课程", "choice", choices=COURSES),
        Column("certificate", "持教师资格证", "flag"),
        *(
            Column(name, f"{year}培训学时", "number", "hour")
            for name, year in zip(HOURS, _SINCE, strict=True)
        ),
        Column("years_in_school", "在本校连续任教年数", "number", "year"),
        Column("moved", "本学年交流轮岗", "flag"),
        Column("years_before_move", "交流前在原校连续任教年数", "number", "year"),
    ),
    key=(),
)

CLASSES = Table(
    "classes",
    "班级名册",
    (
        *_PLACE,
        Column("grade", "年级", "text", required=True),
        Column("class", "班级名称", "text", required=True),
        Column("pupils", "班级学生数", "whole", "person"),
    ),
    key=(*SECTION, "grade", "class"),
)

PUPILS = Table(
    "pupils",
    "学生名册",
    (
        *_PLACE,
        Column("pupil", "学生编号", "text", required=True),
        Column("grade", "年级", "text"),
        Column("class", "班级名称", "text"),
        Column("registered", "学籍注册", "flag"),
        Column("migrant", "随迁子女", "flag"),
    ),
    key=(),
)

REGISTERS: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (TEACHERS, CLASSES, PUPILS)}
)
PERSON: Mapping[str, str] = MappingProxyType({"teachers": "teacher", "pupils": "pupil"})
"""The column that tells one person of a register from another."""
COUNTS: Mapping[str, str] = MappingProxyType({"teachers": "full_time", "pupils": "registered"})
"""The flag that a person may have in one row of a year only: nobody is counted twice."""
