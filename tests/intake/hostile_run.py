"""Hand in every file of a folder, and tell what came of each: run as a process of its own."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from junheng import intake
from junheng.errors import DataNeedsMending


def outcome(path: Path) -> dict[str, object]:
    began = time.perf_counter()
    codes, said = [], []
    try:
        intake.read(path)
    except DataNeedsMending as refused:
        codes = [problem.code.removeprefix("intake.") for problem in refused.problems]
        said = [problem.say(language) for problem in refused.problems for language in ("zh", "en")]
    return {
        "file": path.name,
        "codes": codes,
        "said": said,
        "seconds": time.perf_counter() - began,
    }


def main(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        sys.stdout.write(json.dumps(outcome(path)) + "\n")
    peaks = {
        name: resource.getrusage(who).ru_maxrss / 1024
        for name, who in (("self", resource.RUSAGE_SELF), ("child", resource.RUSAGE_CHILDREN))
    }
    sys.stdout.write(json.dumps(peaks) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
