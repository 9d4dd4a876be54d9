"""The tables of the statistics as they are filled in for a made-up school: no real file is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, object]
Head = tuple[str, ...]
KINDS = {"primary": "211小学", "teaching_point": "218教学点", "junior": "311初级中学",
         "nine_year": "312九年一贯制学校", "complete_secondary": "341完全中学",
         "twelve_year": "345十二年一贯制学校", "special": "514其他特教学校"}  # fmt: skip
SPONSORS = {
    "5": "831地级教育部门",
    "6": "地级其他部门",
    "3": "省级教育部门",
    "9": "地方企业",
    "7": "841县级教育部门",
    "10": "999民办",
    "8": "842县级其他部门",
}
SETTINGS = {"urban": "111主城区", "town": "镇中心区", "rural": "220村庄"}


@dataclass
class Table:
    """One table of the statistics: how it is headed and what it says of a school."""

    number: str
    title: str
    lines: tuple[Head, ...]
    heads: tuple[Head, ...]
    cells: dict[tuple[Head, Head], object] = field(default_factory=dict)
    unit: str = "单位：人"


def split(value: object, *names: str) -> dict[str, object]:
    """Part an amount among names: all of it, in whole numbers; nothing where it is not known."""
    if value is None:
        return dict.fromkeys(names, "")
    whole = int(str(value).removesuffix(".0"))
    shares = {name: whole // len(names) for name in names}
    shares[names[-1]] += whole - sum(shares.values())
    return dict(shares)


TOTAL = ("总计",)
WOMEN = ("其中：女",)


def pupils(number: str, title: str, row: Row | None) -> Table:
    heads = (("毕业生数",), ("招生数", "计"), ("招生数", "其中：女"), ("在校生数", "合计"),
             ("在校生数", "一年级"), ("在校生数", "二年级"))  # fmt: skip
    value = row["pupils"] if row else 0
    cells = {(TOTAL, ("在校生数", "合计")): value, (TOTAL, ("在校生数", "一年级")): 40,
             (WOMEN, ("在校生数", "合计")): 12, (TOTAL, ("毕业生数",)): 33}  # fmt: skip
    return Table(number, title, (TOTAL, WOMEN), heads, cells)


def classes(number: str, title: str, row: Row | None) -> Table:
    heads = (("合计",), ("一年级",), ("二年级",))
    cells = {(TOTAL, ("合计",)): row["classes"] if row else 0, (("25人及以下",), ("合计",)): 1}
    return Table(number, title, (TOTAL, ("25人及以下",)), heads, cells, "单位：个")


DEGREES_NEW = ("硕士研究生", "博士研究生", "专科", "本科")
DEGREES_OLD = ("研究生毕业", "专科毕业", "本科毕业")


def teachers(number: str, title: str, level: str, row: Row | None, *, new: bool) -> Table:
    above = (DEGREES_NEW if new else DEGREES_OLD)[:]
    counted = tuple(n for n in above if level == "primary" or not n.startswith("专科"))
    block = () if level == "primary" else ("初中",)
    courses = ("体育与健康" if new else "体育", "艺术", "音乐", "美术")
    group = ("按授课课程分",)
    heads = (("合计",), (*group, "语文"), *((*group, each) for each in courses))
    lines = [
        (*block, "合计"),
        (*block, "其中：女"),
        *((*block, "按学历分", each) for each in above),
    ]
    if block:
        lines += [("高中", "合计"), ("高中", "按学历分", "本科" if new else "本科毕业")]
    cells: dict[tuple[Head, Head], object] = {}
    if row:
        cells[lines[0], ("合计",)] = row["teachers"]
        for name, value in split(row["above_degree"], *counted).items():
            cells[(*block, "按学历分", name), ("合计",)] = value
        for name, value in split(row["pe_arts"], *courses).items():
            cells[lines[0], (*group, name)] = value
        cells[lines[1], ("合计",)] = 3
        cells[lines[0], (*group, "语文")] = 9
    if block:
        cells[("初中", "按学历分", above[-2] if new else "专科毕业"), ("合计",)] = 4
        cells[("高中", "合计"), ("合计",)] = 55
        cells[lines[-1], ("合计",)] = 51
    return Table(number, title, tuple(lines), heads, cells)


def titles(number: str, rows: Mapping[str, Row]) -> Table:
    lines: list[Head] = []
    cells: dict[tuple[Head, Head], object] = {}
    for level, zh in (("primary", "小学"), ("junior", "初中")):
        names = ("正高级", "副高级", "中级")
        lines += [(zh, "计"), *((zh, name) for name in names), (zh, "助理级")]
        if level in rows:
            for name, value in split(rows[level]["mid_title"], *names).items():
                cells[(zh, name), ("合计",)] = value
    return Table(
        number,
        "专任教师专业技术职务、年龄结构情况",
        tuple(lines),
        (("合计",), ("29岁及以下",)),
        cells,
    )


def basics(number: str, rows: Mapping[str, Row]) -> Table:
    lines = (("占地面积产权",), ("县级以上骨干教师（小学）",), ("县级以上骨干教师（初中）",))
    cells = {
        ((f"县级以上骨干教师（{zh}）",), ("数量",)): rows[level]["backbone"]
        for level, zh in (("primary", "小学"), ("junior", "初中"))
        if level in rows
    }
    return Table(number, "学校（机构）基本情况", lines, (("数量",),), cells)


def buildings(number: str, school: Row, *, new: bool) -> Table:
    hall = "室内体育用房" if new else "体育馆"
    lines = (
        ("校舍建筑面积合计",),
        ("一、教学及辅助用房",),
        ("教室",),
        (hall,),
        ("二、行政办公用房",),
    )
    heads = (
        (("本学年校舍建筑面积", "计"), ("本学年校舍建筑面积", "其中：危房"))
        if new
        else (("合计",), ("危房",))
    )
    cells = {(("一、教学及辅助用房",), heads[0]): school["teaching_area"],
             ((hall,), heads[0]): school["indoor_sports_area"],
             (("一、教学及辅助用房",), heads[1]): 0}  # fmt: skip
    return Table(number, "中小学校舍情况", lines, heads, cells, "单位：平方米")


def conditions(number: str, school: Row, *, new: bool) -> Table:
    value = school["equipment_value"]
    amounts: dict[Head, object] = {
        ("占地面积（平方米）", "其中：运动场地面积"): school["sports_ground_area"],
        ("图书（册）",): school["books"],
        ("计算机数（台）", "教学用计算机"): school["computers"],
        ("网络多媒体教室（间）",): school["multimedia_rooms"],
        ("固定资产总值（万元）", "教学、实习仪器设备资产值"): ""
        if value is None
        else round(float(str(value)) / 10000, 6),
    }
    if new:
        cells = {(line, ("计",)): amount for line, amount in amounts.items()}
        return Table(number, "占地面积及其他办学条件", tuple(amounts), (("计",),), cells, "")
    cells = {(TOTAL, head): amount for head, amount in amounts.items()}
    return Table(number, "占地面积及其他办学条件", (TOTAL,), tuple(amounts), cells, "")


def tables(school: Row, rows: Mapping[str, Row], *, new: bool) -> Iterator[Table]:
    name = "教基" if new else "基础基"
    number = dict(zip("pjsabtPJTBC", NUMBERS[new], strict=True))
    yield pupils(name + number["p"], "小学学生数", rows.get("primary"))
    yield pupils(name + number["j"], "初中学生数", rows.get("junior"))
    yield pupils(name + number["s"], "普通高中学生数", rows.get("senior"))
    yield classes(name + number["a"], "小学班数", rows.get("primary"))
    yield classes(name + number["b"], "初中班数", rows.get("junior"))
    yield basics(name + number["t"], rows)
    yield teachers(
        name + number["P"],
        "小学专任教师分课程、分学历情况",
        "primary",
        rows.get("primary"),
        new=new,
    )
    yield teachers(
        name + number["J"], "中学专任教师分课程、分学历情况", "junior", rows.get("junior"), new=new
    )
    yield titles(name + number["T"], rows)
    yield buildings(name + number["B"], school, new=new)
    yield conditions(name + number["C"], school, new=new)


NUMBERS = {
    True: (
        "3112",
        "3115",
        "3118",
        "2106",
        "2107",
        "1102续",
        "4155",
        "4156",
        "4153",
        "5170",
        "5176",
    ),
    False: ("312", "313", "314", "212", "213", "112", "423", "424", "422", "512", "522"),
}


def identity(school: Row) -> list[tuple[str, object]]:
    return [
        ("学校（机构）标识码", school["school"]),
        ("学校（机构）名称", school["name"]),
        ("学校（机构）所在地代码", f"{school['county']}001001"),
        ("学校（机构）办学类型", KINDS[str(school["kind"])]),
        ("学校（机构）举办者类型", SPONSORS[str(school["sponsor"])]),
        ("学校（机构）驻地城乡类型", SETTINGS[str(school["setting"])]),
        ("是否寄宿制学校", {0: "否", 1: "是", None: ""}[school["boarding"]]),  # type: ignore[index]
    ]
