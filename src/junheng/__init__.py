"""均衡: judge, explain and plan the balanced development of compulsory education.

Public are `load_standard` and `load_overlay` (rules), `read` and `typed` (data), `judge` and
`contributions` (verdicts on tables in memory), each imported when it is first used, and the packages `junheng.evaluate` (`evaluate`, `explain_balance`, `explain_contributions`,
`explain_section`, `balance_flips`, `section_flips`) and `junheng.measures`. Everything else may change without notice.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "load_standard": "junheng.model.load",
    "load_overlay": "junheng.model.overlay",
    "read": "junheng.intake",
    "typed": "junheng.intake",
    "judge": "junheng.inmemory",
    "contributions": "junheng.inmemory",
}
__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604  # names are imported when first used


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'junheng' has no attribute {name!r}")
