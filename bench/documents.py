"""Documents: how long each kind takes for a county, and a whole set by the command.

python -m bench.documents                    every kind, and `junheng report --kind all`
python -m bench.documents --kinds form,ledgers
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

OUT = Path("out/bench/documents")
SET = ("form", "workings", "ledgers", "self-evaluation", "pictures")
"""What a county hands in: form, workings, ledgers, report, pictures."""
MOST, MOST_A_PAGE = 20.0, 0.3


def once(data: Path, kinds: list[str]) -> dict[str, float]:
    """Judge the county and make each kind once, in this process; give the seconds of each."""
    from junheng.cli import judging
    from junheng.report.bundle import bundles
    from junheng.report.kinds import KINDS

    began = time.perf_counter()
    ready = judging.ready(judging.Choice(data, "cn-quality-2017"))
    bundle = bundles(ready.tables, ready.regimes, input_digest=ready.dataset.digest)[-1]
    taken = {"judged": time.perf_counter() - began}
    for name in kinds:
        folder = OUT / "made" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make = KINDS[name].maker()
        began = time.perf_counter()
        files = len(make(bundle, folder))
        taken[name] = time.perf_counter() - began
        taken[f"{name}: files"] = float(files)
    return taken


def child(data: Path, kinds: list[str]) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "bench.documents",
        "--once",
        str(data),
        "--kinds",
        ",".join(kinds),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def whole_set(data: Path) -> float:
    """Time the command that makes a county's set."""
    out = OUT / "set"
    shutil.rmtree(out, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("junheng")), "report", str(data), "--standard",
               "cn-quality-2017", "--out", str(out)]  # fmt: skip
    for name in SET:
        command += ["--kind", name]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def show(data: Path, kinds: list[str], times: int) -> None:
    """Print the medians."""
    runs = [child(data, kinds) for _ in range(times)]
    print(f"one county; medians of {times} runs, each a fresh process")
    for name in ("judged", *kinds):
        seconds = statistics.median(run[name] for run in runs)
        files = runs[0].get(f"{name}: files", 0)
        each = seconds / files if files else 0.0
        aim = (
            f"   a page {each:.2f} s, target ≤ {MOST_A_PAGE} s"
            if name.startswith("school-")
            else ""
        )
        print(f"{name:20} {seconds:8.2f} s {files:6.0f} files{aim}")
    seconds = statistics.median(whole_set(data) for _ in range(times))
    print(
        f"{'junheng report, a set':20} {seconds:8.2f} s   ({', '.join(SET)})   target ≤ {MOST:g} s"
    )


def main() -> None:
    """Run one measured process, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", type=Path)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    from junheng.report.kinds import KINDS

    kinds = [name for name in asked.kinds.split(",") if name] or list(KINDS)
    if asked.once:
        print(json.dumps(once(asked.once, kinds)))
        return
    data = OUT / "county"
    if not data.exists():
        junheng = str(Path(sys.executable).with_name("junheng"))
        subprocess.run([junheng, "demo", str(data), "--quiet"], check=True)
    show(data, kinds, asked.times)


if __name__ == "__main__":
    main()
