"""The backup restores, and a damaged one touches nothing: `prove_backups.py --n 20 --seed S`.

Twenty times: a served installation is backed up while a clerk saves; of the copies, five are damaged
(a byte turned over, a piece cut off). Each sound copy must come back in a new place with every save
that was acknowledged before it was made; each damaged one must be refused before anything is written.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "web")]

from prove_kills import SCHOOLS, fill  # noqa: E402  # after the path
from serving import JUNHENG, Person, Saver, Served  # noqa: E402

DAMAGED = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)  # noqa: S311  # dice of the caller
    bad: list[str] = []
    with TemporaryDirectory(prefix="junheng-backups-") as name:
        folder = Path(name)
        os.environ["JUNHENG_DATA"] = str(folder / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "junheng.web.project.settings"
        served = Served(folder / "data")
        filings = fill()
        served.start()
        stop = threading.Event()
        saver = Saver(Person(served, f"school_clerk-{SCHOOLS[0]}"), filings[0], stop)
        saver.start()
        damaged = set(dice.sample(range(asked.n), min(DAMAGED, asked.n // 2)))
        try:
            for number in range(asked.n):
                time.sleep(dice.uniform(0.1, 1.0))
                bad += _once(folder, number, saver, dice if number in damaged else None)
        finally:
            stop.set()
            saver.join(120)
            served.stop()
        bad += saver.odd
        saves = len(saver.acknowledged)
    holds = not bad and saves >= asked.n / 2
    sys.stdout.write("\n".join([*bad[:10], f"{saves} saves acknowledged meanwhile"]) + "\n")
    sys.stdout.write(
        f"PROOF backups tried={asked.n} damaged={len(damaged)} wrong={len(bad)} "
        f"seed={asked.seed} {'PASS' if holds else 'FAIL'}\n"
    )
    return 0 if holds else 1


def _once(folder: Path, number: int, saver: Saver, dice: random.Random | None) -> list[str]:
    """Back up, perhaps damage, restore; give what was wrong."""
    before = set(saver.acknowledged)
    copy, place = folder / f"{number}.tar", folder / f"restored-{number}"
    done = _junheng("backup", str(copy), "--data", str(folder / "data"))
    if done.returncode:
        return [f"backup {number}: {done.stderr[-300:]}"]
    if dice is not None:
        _damage(copy, dice)
    done = _junheng("restore", str(copy), "--data", str(place))
    copy.unlink()
    restored = place / "junheng.sqlite3"
    if dice is not None:
        refused = done.returncode in (2, 3) and not restored.exists()
        return [] if refused else [f"damaged copy {number} was taken"]
    if done.returncode:
        return [f"restore {number}: {done.stderr[-300:]}"]
    with sqlite3.connect(restored) as held:
        keys = {row[0] for row in held.execute("SELECT key FROM collection_save")}
    return [f"copy {number} lacks {len(before - keys)} saves"] if before - keys else []


def _damage(copy: Path, dice: random.Random) -> None:
    content = bytearray(copy.read_bytes())
    if dice.random() < 0.3:
        del content[dice.randrange(1024, len(content) - 4096) :]
    else:
        # Headers and padding of a tar hold bytes that mean nothing: a piece of 600 meets content.
        at = dice.randrange(1024, len(content) - 20_000)
        for place in range(at, at + 600):
            content[place] ^= 0xFF
    copy.write_bytes(bytes(content))


def _junheng(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([JUNHENG, *arguments], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
