"""What every process that reads a workbook begins with: limits on memory and time. See `apart`.

Runs in the process of the reader alone.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from junheng.intake.limits import LIMITS
from junheng.intake.refusing import Refused

BROKEN = 3
"""The exit status with which a reader says that it cannot read the workbook."""


def serve(read: Callable[[Path, Path, Any], None]) -> int:
    """Read, within limits, the workbook and into the folder that the command names.

    What the guard tells comes as JSON; gives the exit status.
    """
    limit()
    told = json.load(sys.stdin)
    from fastexcel import FastExcelError

    try:
        read(Path(sys.argv[1]), Path(sys.argv[2]), told)
    except (FastExcelError, Refused, ValueError, LookupError, OSError, struct.error):
        return BROKEN
    return 0


def limit() -> None:
    """Take memory and time away from whatever the workbook makes its reader do."""
    try:
        import resource
    except ImportError:  # not on Windows; there the time-out of the parent must do
        return
    cpu = int(LIMITS.seconds)
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS.mapped, LIMITS.mapped))
    resource.setrlimit(resource.RLIMIT_DATA, (LIMITS.memory, LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS.written, LIMITS.written))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
