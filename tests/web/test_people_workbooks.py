"""People and schools from workbooks: all or nothing."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import openpyxl
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from sending import ClientOf

from junheng.web.accounts import rolls
from junheng.web.accounts.models import Account, Appointment, Kind, Organisation
from junheng.web.audit.models import Entry


def workbook(roll: rolls.Roll, rows: Sequence[Sequence[object]]) -> SimpleUploadedFile:
    book = openpyxl.load_workbook(io.BytesIO(rolls.template(roll)))
    for row in rows:
        book.worksheets[0].append(list(row))
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("roll.xlsx", content.getvalue())


def test_a_workbook_of_people_is_taken_over_whole_and_gives_slips_that_work(
    cast: Cast, client_of: ClientOf
) -> None:
    rows = [
        ("li.si", "模拟李四", "", "", "", 9901010001, "学校填报员", None),
        (
            "zhao",
            "+模拟",
            "科员",
            "010-1",
            "z@example.cn",
            "990101",
            "县级经办人",
            dt.date(2099, 1, 2),
        ),
    ]
    client = client_of("administrator")
    answer = client.post("/people/workbook/", {"workbook": workbook(rolls.PEOPLE, rows)})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    slips = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    told = [[cell.value for cell in row] for row in slips.iter_rows(min_row=2)]
    assert [row[:3] for row in told] == [
        ["li.si", "模拟李四", "模拟一小"],
        ["zhao", "+模拟", "模拟县"],
    ]
    assert slips["B3"].data_type == "s"
    signed_in = Client().post("/sign-in/", {"username": "zhao", "password": told[1][4]})
    assert signed_in.status_code == 302
    assert Appointment.objects.get(account__username="zhao").ends == dt.date(2099, 1, 2)


def test_a_workbook_with_problems_names_them_all_and_changes_nothing(
    cast: Cast, client_of: ClientOf
) -> None:
    rows = [
        ("good", "模拟甲", "", "", "", "9901010001", "学校填报员", None),
        ("good", "模拟乙", "", "", "", "9901010001", "学校填报员", None),
        ("county_clerk", "模拟丙", "", "", "", "990101", "县级经办人", None),
        ("rises", "模拟丁", "", "", "", "990101", "账号管理员", None),
        ("next", "模拟戊", "", "", "not mail", "9901010001", "学校填报员", None),
        ("far", "模拟己", "", "", "", "9902010001", "学校填报员", None),
        ("role", "模拟庚", "", "", "", "990101", "局长", None),
        ("day", "模拟辛", "", "", "", "990101", "县级经办人", "明年"),
        ("gap", "", "", "", "", "990101", "县级经办人", None),
    ]
    client, before = client_of("administrator"), Account.objects.count()

    answer = client.post("/people/workbook/", {"workbook": workbook(rolls.PEOPLE, rows)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(f"第{row}行“用户名”" in page for row in (3, 4, 5))
    assert "第2行“" not in page
    for row, heading in (
        (6, "工作邮箱"),
        (7, "机构代码"),
        (8, "角色"),
        (9, "聘期截止"),
        (10, "姓名"),
    ):
        assert f"第{row}行“{heading}”" in page
    assert Account.objects.count() == before
    assert Entry.objects.filter(action="account.create").count() == 0


def test_schools_are_founded_from_a_workbook_and_a_broken_one_is_refused(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of("administrator")
    rows = [("学校", "9901010011", "模拟三小", ""), ("学校", "9901010012", "模拟四小", "990101")]
    good = {"workbook": workbook(rolls.ORGANISATIONS, rows)}
    assert client.post("/organisations/workbook/", good).status_code == 302
    assert Organisation.objects.filter(parent=cast.places["990101"], kind=Kind.SCHOOL).count() == 4
    again = {
        "workbook": workbook(rolls.ORGANISATIONS, [*rows, ("学校", "990102x", "校", "990102")])
    }
    said = client.post("/organisations/workbook/", again).content.decode()
    assert all(f"第{row}行" in said for row in (2, 3, 4))
    bomb = {"workbook": SimpleUploadedFile("bomb.xlsx", b"PK\x03\x04 not a workbook")}
    assert client.post("/organisations/workbook/", bomb).status_code == 422
