"""The input tables of siting: settlements, sites, and distances where they were measured."""

from __future__ import annotations

from junheng.model.tables import Column, Table

LEVELS = {"primary": "小学", "junior": "初中"}

SETTLEMENTS = Table(
    "settlements",
    "居民点",
    (
        Column("settlement", "居民点代码", "text", required=True),
        Column("name", "居民点名称", "text"),
        Column("lon", "经度", "degrees", "°", low=-180, high=180),
        Column("lat", "纬度", "degrees", "°", low=-90, high=90),
        Column("primary", "小学生数", "whole", "person"),
        Column("junior", "初中生数", "whole", "person"),
        Column("primary_school", "现就读小学", "text"),
        Column("junior_school", "现就读初中", "text"),
    ),
    key=("settlement",),
    required=True,
)
SITES = Table(
    "sites",
    "校点",
    (
        Column("site", "校点代码", "text", required=True),
        Column("level", "学段", "choice", required=True, choices=LEVELS),
        Column("name", "校点名称", "text"),
        Column("lon", "经度", "degrees", "°", low=-180, high=180),
        Column("lat", "纬度", "degrees", "°", low=-90, high=90),
        Column("existing", "已有学校", "flag"),
        Column("closable", "可以撤并", "flag"),
        Column("capacity", "容量", "whole", "person"),
        Column("largest", "扩建后容量", "whole", "person"),
        Column("smallest", "最小规模", "whole", "person"),
        Column("opening_cost", "新建费用", "number", "yuan"),
        Column("closing_cost", "撤并费用", "number", "yuan"),
        Column("place_cost", "每学位扩建费用", "number", "yuan/person"),
        Column("yearly_cost", "每年运行费用", "number", "yuan/year"),
    ),
    key=("site", "level"),
    required=True,
)
DISTANCES = Table(
    "distances",
    "距离",
    (
        Column("settlement", "居民点代码", "text", required=True),
        Column("site", "校点代码", "text", required=True),
        Column("km", "路程", "number", "km"),
        Column("minutes", "步行时间", "number", "minute"),
    ),
    key=("settlement", "site"),
)
TABLES = {table.name: table for table in (SETTLEMENTS, SITES, DISTANCES)}
