"""The proofs of scale run what other tests have: their data sets, oracles and measures."""

from __future__ import annotations

import sys
from pathlib import Path

for name in ("evaluate", "golden", "measures", "check"):
    sys.path.append(str(Path(__file__).parent.parent / name))
