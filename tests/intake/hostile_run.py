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


def own_peak() -> float:
    """Give the peak of this process in MB: ru_maxrss would count that of the one it was forked from."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        sys.stdout.write(json.dumps(outcome(path)) + "\n")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    peaks = {"self": own_peak(), "child": children}
    sys.stdout.write(json.dumps(peaks) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
