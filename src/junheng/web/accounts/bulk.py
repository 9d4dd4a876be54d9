"""Taking over whole workbooks of people and organisations: all of it, or nothing and every reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from junheng.web.accounts import passwords
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.people import Place, Slip, admit
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Role
from junheng.web.accounts.rolls import ORGANISATIONS, PEOPLE, RollNeedsMending, Row
from junheng.web.accounts.selectors import organisations, own_organisations, places_to_appoint
from junheng.web.accounts.services import found

S = TypeVar("S")
T = TypeVar("T")
C = TypeVar("C", bound=TextChoices)
_FIELDS = {
    "username": "用户名",
    "name": "姓名",
    "post": "职务",
    "phone": "办公电话",
    "email": "工作邮箱",
}
Newcomer = tuple[Row, Account, list[Place]]


def create_people(rows: Sequence[Row], *, by: Account) -> list[Slip]:
    """Create the accounts of a workbook; RollNeedsMending says all that is wrong.

    Everything is tried and undone first, for passwords take long to hash and others must not wait.
    """
    newcomers, problems = _tried(rows, _newcomers(by))
    with transaction.atomic():
        for _row, account, _places in newcomers:
            account.set_unusable_password()
        problems += _tried(newcomers, _admitting(by))[1]
        transaction.set_rollback(True)
    if problems:
        raise RollNeedsMending(problems)
    handed = []
    for _row, account, places in newcomers:
        account.pk, account._state.adding = None, True
        password = passwords.temporary()
        passwords.put(account, password, temporary=True)
        handed.append(Slip(account, password, tuple(places)))
    with transaction.atomic():
        _each(newcomers, _admitting(by))
    return handed


def found_organisations(rows: Sequence[Row], *, by: Account) -> list[Organisation]:
    """Found the organisations of a workbook below one's own; RollNeedsMending says what is wrong."""
    own = {place.code: place for place in own_organisations(by)}
    with transaction.atomic():
        return _each(rows, lambda row: _found(row, own, by=by))


def _found(row: Row, own: dict[str, Organisation], *, by: Account) -> Organisation:
    row.refuse_gaps(ORGANISATIONS)
    cells = row.cells
    kind = _choice(row, "类别", Kind)
    above = cells["上级代码"] or (next(iter(own)) if len(own) == 1 else "")
    if above not in own:
        raise WebRefusal(row.problem("上级代码", _("不是您任职的机构。")))
    try:
        with transaction.atomic():
            return found(kind, cells["代码"], cells["名称"], own[above], by=by)
    except WebRefusal as refusal:
        raise WebRefusal(row.problem("代码", str(refusal))) from refusal


def _newcomers(by: Account) -> Callable[[Row], Newcomer]:
    places = {place.code: place for place in places_to_appoint(by).select_related("parent")}
    known = set(organisations(by).values_list("code", flat=True))

    def at(row: Row) -> list[Organisation]:
        codes = [code for code in row.cells["机构代码"].replace("，", ",").split(",") if code]
        for code in set(codes) - set(places):
            sentence = (
                _("代码%(code)s的机构不归您任命。")
                if code in known
                else _("没有代码%(code)s的机构。")
            )
            raise WebRefusal(row.problem("机构代码", sentence % {"code": code}))
        return [places[code] for code in codes]

    def newcomer(row: Row) -> Newcomer:
        row.refuse_gaps(PEOPLE)
        parts: list[Callable[[], Any]] = [
            lambda: _choice(row, "角色", Role),
            lambda: at(row),
            lambda: _day(row, "聘期截止"),
            lambda: _account(row),
        ]
        role, organisations, ends, account = _each(parts, lambda part: part())
        return row, account, [Place(role, each, ends) for each in organisations]

    return newcomer


def _account(row: Row) -> Account:
    account = Account(**{field: row.cells[heading] for field, heading in _FIELDS.items()})
    account.username = account.username.lower()
    try:
        account.clean_fields(exclude={each.name for each in Account._meta.fields} - set(_FIELDS))
    except ValidationError as error:
        found = error.message_dict.items()
        raise RollNeedsMending(
            [row.problem(_FIELDS[field], "".join(messages)) for field, messages in found]
        ) from error
    return account


def _admitting(by: Account) -> Callable[[Newcomer], None]:
    def one(newcomer: Newcomer) -> None:
        row, account, places = newcomer
        try:
            with transaction.atomic():
                admit(account, places, by=by)
        except WebRefusal as refusal:
            raise WebRefusal(row.problem("用户名", str(refusal))) from refusal

    return one


def _each(things: Sequence[S], do: Callable[[S], T]) -> list[T]:
    """Do something with each; RollNeedsMending with every refusal."""
    done, problems = _tried(things, do)
    if problems:
        raise RollNeedsMending(problems)
    return done


def _tried(things: Sequence[S], do: Callable[[S], T]) -> tuple[list[T], list[str]]:
    """Do something with each; give what was done, and every refusal."""
    done: list[T] = []
    problems: list[str] = []
    for thing in things:
        try:
            done.append(do(thing))
        except RollNeedsMending as refusal:
            problems += refusal.problems
        except WebRefusal as refusal:
            problems.append(str(refusal))
    return done, problems


def _choice(row: Row, heading: str, choices: type[C]) -> C:
    """Find what was chosen, by its name in any of the languages."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            for choice in choices:
                if row.cells[heading] in (str(choice.label), choice.value):
                    return choice
    names = {"names": "、".join(str(choice.label) for choice in choices)}
    raise WebRefusal(row.problem(heading, _("须是以下之一：%(names)s。") % names))


def _day(row: Row, heading: str) -> dt.date | None:
    text = row.cells[heading].partition(" ")[0]
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        sentence = _("不是日期。请填成2027-12-31的样子。")
        raise WebRefusal(row.problem(heading, sentence)) from error
