"""What must not be in a register: names, identity numbers, telephone numbers.

Nothing that is derived needs them, and what is not needed is not to be handled (个人信息保护法,
article 6). Columns are known by their headings, numbers by their form wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

_WORDS_ZH = ("姓名", "身份证", "证件号", "手机", "电话", "联系方式", "住址", "家庭地址", "出生日期",
             "出生年月", "邮箱", "微信", "银行卡", "银行账号", "监护人")  # fmt: skip
_WORDS_EN = frozenset({
    "name", "fullname", "firstname", "lastname", "surname", "teachername", "pupilname",
    "studentname", "idcard", "idnumber", "idno", "identity", "identitynumber", "phone",
    "phonenumber", "mobile", "mobilephone", "tel", "telephone", "email", "wechat", "address",
    "homeaddress", "birthday", "birthdate", "dateofbirth", "guardian", "bankaccount",
})  # fmt: skip
_EDGE = ("(^|[^0-9A-Za-z])", "($|[^0-9A-Za-z])")
_DAY = "(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_IDENTITY = f"{_EDGE[0]}[A-Za-z]?[1-9][0-9]{{5}}{_DAY}[0-9]{{3}}[0-9Xx]{_EDGE[1]}"
_MOBILE = f"{_EDGE[0]}1[3-9][0-9]{{9}}{_EDGE[1]}"
_LENGTH, _SHORTEST = 18, 11
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the first 17 digits in GB 11643; the last is 1 minus their sum, modulo 11."""
_X, _MODULUS = 10, 11


def names_a_person(heading: str) -> bool:
    """Say whether a heading is that of a name, an identity number, a telephone and the like.

    >>> names_a_person("教师 姓名"), names_a_person("ID_Card"), names_a_person("班级名称")
    (True, True, False)
    """
    plain = "".join(unicodedata.normalize("NFKC", heading).split()).lower()
    return any(word in plain for word in _WORDS_ZH) or re.sub(r"[\W_]", "", plain) in _WORDS_EN


def looks_personal(cell: nw.Expr) -> nw.Expr:
    """Say whether a cell of text may hold a personal number; nearly all are told by their form."""
    form = f"{_IDENTITY}|{_MOBILE}"
    return (cell.str.len_chars() >= _SHORTEST) & cell.str.contains(form)


def identity(cell: nw.Expr) -> nw.Expr:
    """Say whether a cell of text holds an identity number of 18 digits whose last digit is right.

    Where other digits stand beside it, its form alone is enough. Null is false.
    """
    digits = cell.str.replace_all("[^0-9Xx]", "")
    alone = digits.str.len_chars() == _LENGTH
    found = cell.str.contains(_IDENTITY) & (~alone | _last_is_right(digits))
    return found.fill_null(value=False)


def mobile(cell: nw.Expr) -> nw.Expr:
    """Say whether a cell of text holds a number of the form of a mobile telephone's. Null is false."""
    return cell.str.contains(_MOBILE).fill_null(value=False)


def suspects(frame: nw.LazyFrame[Any], column: str, row: str) -> nw.LazyFrame[Any]:
    """Count the cells of a column that hold personal numbers, in one row: `identity`, `mobile`,
    and the first row of each, `identity_row`, `mobile_row` (null where there is none).
    """
    cell = nw.col("cell:")
    rows = frame.select(nw.col(row).alias("row:"), nw.col(column).cast(nw.String).alias("cell:"))
    few = rows.filter(looks_personal(cell)).with_columns(
        identity=identity(cell), mobile=mobile(cell)
    )
    return few.select(*(each for kind in ("identity", "mobile") for each in _counted(kind)))


def _counted(kind: str) -> Iterator[nw.Expr]:
    yield nw.col(kind).cast(nw.Int64).sum().alias(kind)
    yield nw.when(nw.col(kind)).then(nw.col("row:")).min().alias(f"{kind}_row")


def _last_is_right(digits: nw.Expr) -> nw.Expr:
    numbers = [_digit(digits, place) for place in range(_LENGTH)]
    weighted = [number * weight for number, weight in zip(numbers, _WEIGHTS, strict=False)]
    return (reduce(add, weighted) + numbers[-1]) % _MODULUS == 1


def _digit(digits: nw.Expr, place: int) -> nw.Expr:
    one = digits.str.slice(place, 1)
    is_digit = one.str.contains("^[0-9]$")
    return nw.when(is_digit).then(one).otherwise(nw.lit(str(_X))).cast(nw.Int64)
