"""均衡: judge, explain and plan the balanced development of compulsory education.

The public names, each imported when it is first used: `load_standard`, `load_overlay`, `read`,
`typed`, `evaluate`, `explain_indicator`, `explain_section`, `weakest_points`, and the package
`junheng.measures`. Everything else may change without notice.
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
    "evaluate": "junheng.evaluate",
}
__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604  # names are imported when first used


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'junheng' has no attribute {name!r}")
