"""Documents: how long each kind takes for a county, and a whole set by the command.

python -m bench.documents                    every kind, and a set by the command; writes its table in docs/benchmarks.md
python -m bench.documents --kinds form,ledgers
"""

from __future__ import annotations

import argparse
import json
import os
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
BEGIN, END = "<!-- documents: begin -->", "<!-- documents: end -->"


def once(data: Path, kinds: list[str]) -> dict[str, float]:
    """Judge the county and make each kind once, in this process; give the seconds of each."""
    from junheng.cli import judging
    from junheng.report.bundle import bundles
    from junheng.report.kinds import KINDS

    began = time.perf_counter()
    ready = judging.ready(judging.Choice(data, "cn-quality-2017"))
    bundle = bundles(ready.tables, ready.regimes, input_digest=ready.dataset.digest)[-1]
    taken = {"judged": time.perf_counter() - began, "schools": float(len(bundle.schools))}
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


def rows(data: Path, kinds: list[str], times: int) -> list[str]:
    """Measure, and give the rows of the table: medians, each run a fresh process."""
    runs = [child(data, kinds) for _ in range(times)]
    found = []
    for name in ("judged", *kinds):
        seconds = statistics.median(run[name] for run in runs)
        files = int(runs[0].get(f"{name}: files", 0))
        a_school = seconds / runs[0]["schools"]
        said = (
            f"{a_school:.2f} s a school, Word and PDF; {_aim(a_school, MOST_A_PAGE)}"
            if name.startswith("school-")
            else ""
        )
        found.append(f"| {name} | {files or ''} | {seconds:.2f} s | {said} |")
    seconds = statistics.median(whole_set(data) for _ in range(times))
    name = f"`junheng report`, a set ({', '.join(SET)})"
    return [*found, f"| {name} | | {seconds:.2f} s | {_aim(seconds, MOST)} |"]


def _aim(seconds: float, most: float) -> str:
    return f"≤ {most:g} s : {'met' if seconds <= most else '**missed**'}"


def show(found: list[str], times: int, before: float, docs: Path) -> None:
    """Print the table, and put it between its marks on the page of benchmarks."""
    busy = (
        " **The machine was busy with other work.**" if before > (os.cpu_count() or 1) / 2 else ""
    )
    said = (f"One made-up county of 62 schools. Medians of {times} runs, each a fresh process, on {os.cpu_count()} cores; load of "
            f"the machine {before:.1f} before, {os.getloadavg()[0]:.1f} after.{busy}")  # fmt: skip
    text = "\n".join(
        [said, "", "| kind | files | time | target |", "| --- | --- | --- | --- |", *found]
    )
    print(text)
    page = docs / "benchmarks.md"
    head, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", "utf-8")


def main() -> None:
    """Run one measured process, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", type=Path)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
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
    before = os.getloadavg()[0]
    show(rows(data, kinds, asked.times), asked.times, before, asked.docs)


if __name__ == "__main__":
    main()
