"""Workbooks of people and organisations: the template to fill in, reading it, and the slips."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.core.files.base import File
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from junheng.errors import JunhengError
from junheng.intake import apart, guard
from junheng.intake.workbook_words import SUFFIXES
from junheng.web.accounts.models import Kind
from junheng.web.accounts.people import Slip
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Role
from junheng.web.accounts.roll_child import ROWS

CHILD = "junheng.web.accounts.roll_child"
_PLAIN: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}


@dataclass(frozen=True, slots=True)
class Roll:
    """A kind of workbook: its sheet, headings (those with True must be filled in), and choices."""

    sheet: str | Promise
    headings: Mapping[str, bool]
    choices: Mapping[str, Sequence[str | Promise]]
    most: int
    """Rows at a time; few people, for each password takes long to hash."""


PEOPLE = Roll(
    gettext_lazy("人员"),
    {
        "用户名": True,
        "姓名": True,
        "职务": False,
        "办公电话": False,
        "工作邮箱": False,
        "机构代码": True,
        "角色": True,
        "聘期截止": False,
    },
    {"角色": [role.label for role in Role]},
    100,
)
ORGANISATIONS = Roll(
    gettext_lazy("机构"),
    {"类别": True, "代码": True, "名称": True, "上级代码": False},
    {"类别": [kind.label for kind in Kind]},
    1000,
)


class RollNeedsMending(WebRefusal):
    """A workbook with problems: all of them at once; nothing of it was taken over."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(_("工作簿有%(count)s处需要改正，全部未导入。") % {"count": len(problems)})


@dataclass(frozen=True, slots=True)
class Row:
    """One filled-in row, with its number in the sheet."""

    number: int
    cells: Mapping[str, str]

    def refuse_gaps(self, roll: Roll) -> None:
        """Raise RollNeedsMending for what must be filled in and is not."""
        gaps = [name for name, needed in roll.headings.items() if needed and not self.cells[name]]
        if gaps:
            raise RollNeedsMending([self.problem(name, _("没有填写。")) for name in gaps])

    def problem(self, heading: str, sentence: str) -> str:
        """Say where something is wrong."""
        words = {"row": self.number, "column": heading, "sentence": sentence}
        return _("第%(row)s行“%(column)s”：%(sentence)s") % words


def read(roll: Roll, file: File[bytes]) -> list[Row]:
    """Read an uploaded workbook in a limited process; raises RollNeedsMending."""
    rows = _apart(file)
    headings = rows[0] if rows else []
    missing = [name for name in roll.headings if name not in headings]
    if missing:
        words = {"names": "、".join(missing)}
        sentence = _("第1行缺少表头：%(names)s。请下载模板，在模板上填写。") % words
        raise RollNeedsMending([sentence])
    found = list(_rows(roll, headings, rows[1:]))
    problems = []
    if not found:
        problems = [_("没有填写任何一行。请从第2行开始填写。")]
    if len(found) > roll.most:
        counts = {"found": len(found), "most": roll.most}
        problems = [_("共%(found)s行，一次最多%(most)s行。请分成几个工作簿。") % counts]
    if problems:
        raise RollNeedsMending(problems)
    return found


def _rows(roll: Roll, headings: list[str], rows: list[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=2):
        named = dict(zip(headings, cells, strict=False))
        if any(named.get(name) for name in roll.headings):
            yield Row(number, {name: named.get(name, "") for name in roll.headings})


def _apart(file: File[bytes]) -> list[list[str]]:
    with TemporaryDirectory(prefix="junheng-") as folder:
        path = Path(folder, Path(file.name or "").name)
        try:
            if path.suffix.lower() not in SUFFIXES:
                raise RollNeedsMending([_("请上传 .xlsx 或 .xls 工作簿。")])
            path.write_bytes(b"".join(file.chunks()))
            with apart.reader(CHILD, path, Path(folder)) as reader:
                guard.inspect(path)
                reader.read()
        except JunhengError as error:
            raise RollNeedsMending(error.say(str(get_language())[:2]).splitlines()) from error
        rows: list[list[str]] = json.loads(Path(folder, ROWS).read_text("utf-8"))
    return rows


def template(roll: Roll) -> bytes:
    """Make the empty workbook to fill in, with the choices to pick from."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _PLAIN)
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    sheet = book.add_worksheet(str(roll.sheet))
    sheet.set_column(0, len(roll.headings) - 1, 20, text)
    for column, (name, needed) in enumerate(roll.headings.items()):
        sheet.write_string(0, column, name, head)
        sheet.write_comment(0, column, _("必填") if needed else _("可不填"))
        if choices := roll.choices.get(name):
            listed = [str(choice) for choice in choices]
            sheet.data_validation(
                1, column, roll.most, column, {"validate": "list", "source": listed}
            )
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def slips(handed: Iterable[Slip]) -> bytes:
    """Make the workbook of slips to be handed over: it is made once, and kept nowhere."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, _PLAIN)
    sheet = book.add_worksheet(_("密码条"))
    sheet.set_column(0, 4, 24)
    titles = [_("用户名"), _("姓名"), _("机构"), _("角色"), _("临时密码")]
    sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
    for number, slip in enumerate(handed, start=1):
        at = "、".join(place.organisation.name for place in slip.places)
        role = str(slip.places[0].role.label)
        cells = [slip.account.username, slip.account.name, at, role, slip.password]
        for column, cell in enumerate(cells):
            sheet.write_string(number, column, cell)
    book.close()
    return content.getvalue()
