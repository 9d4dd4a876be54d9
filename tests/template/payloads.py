"""Texts that spreadsheets calculate, follow or trip over, when a program writes them carelessly."""

from __future__ import annotations

_BODIES = ("1+1", "SUM(1,2)", "cmd|' /C calc'!A0", 'HYPERLINK("http://example.invalid","看")', "A1",
           'IMPORTXML("http://example.invalid","//a")', "第一小学", "-1", "2*3", "NOW()", '"', " ")  # fmt: skip
PAYLOADS = tuple(
    dict.fromkeys(
        [
            *(f"{sign}{body}" for sign in ("=", "+", "-", "@", "\t=") for body in _BODIES),
            "==1",
            "=",
            "+",
            "@",
            "-",
            "'=1+1",
            "''",
            "＝1+1",
            "＋1",
            "＠A1",
            "－1",
            "http://example.invalid/",
            "mailto:a@example.invalid",
            "internal:Sheet1!A1",
            "{=1+1}",
            "_x0041_",
            "<b>&amp;</b>",
            "1e5",
            "007",
            "1/2",
            "TRUE",
        ]
    )
)
