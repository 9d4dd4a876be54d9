"""The rules as a table for the guide: `python -m junheng.check.guide` prints it."""

from __future__ import annotations

import sys

from junheng.check.load import rules


def table() -> str:
    """Give the table of all rules, in Markdown.

    >>> table().splitlines()[0]
    '| 规则 Rule | 类别 Family | 表 Table | 找什么 Finds | 依据 Why |'
    """
    lines = [
        "| 规则 Rule | 类别 Family | 表 Table | 找什么 Finds | 依据 Why |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in rules().values():
        finds, why = (f"{label.zh}<br>{label.en}" for label in (rule.label, rule.why))
        lines.append(f"| `{rule.id}` | {rule.family} | {rule.table} | {finds} | {why} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
