"""The long proof that no workbook can hurt: named attacks, then thousands damaged at random.

Run by `make prove`; prints one line of figures and fails on the first thing that is not ours.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent / "intake"))

from damage import compared, mutated
from hostile import all_attacks
from hostile_run import outcome
from workbook_parts import packed, sound_parts

from junheng import intake


def named(seed: int, folder: Path) -> tuple[int, list[str], float]:
    """Hand in every named attack; give how many, those not told their reason, the longest time."""
    attacks, wrong, longest = all_attacks(seed), [], 0.0
    for attack in attacks:
        path = folder / f"county{attack.suffix}"
        path.write_bytes(attack.data)
        told = outcome(path)
        codes, longest = told["codes"], max(longest, float(str(told["seconds"])))
        if (attack.code not in codes) if attack.code else codes:  # type: ignore[operator]
            wrong.append(f"{attack.family}: {attack.name}: {codes}")
        path.unlink()
    return len(attacks), wrong, longest


def random_damage(seed: int, times: int, folder: Path) -> tuple[Counter[str], float]:
    """Hand in workbooks damaged at random; whatever is no refusal of ours is counted and said.

    Of those let in, every cell that the damage left as it was must be read as before.
    """
    good, rng = sound_parts(), random.Random(seed)  # noqa: S311
    came, longest = Counter[str](), 0.0
    path = folder / "county.xlsx"
    path.write_bytes(packed(good))
    before = good, intake.read(path)
    for _ in range(times):
        path.write_bytes(data := mutated(good, rng))
        try:
            told = outcome(path)
            held = Counter() if told["codes"] else compared(before, data, intake.read(path))
        except Exception as error:  # noqa: BLE001  # the proof is that there is none
            came["foreign"] += 1
            print(f"foreign: {type(error).__name__}: {error}")  # noqa: T201
            continue
        came["refused" if told["codes"] else "let in"] += 1
        came += held
        longest = max(longest, float(str(told["seconds"])))
    return came, longest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--mutations", type=int, default=2000)
    asked = parser.parse_args()
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        tried, wrong, longest = named(asked.seed, Path(folder))
        came, slowest = random_damage(asked.seed, asked.mutations, Path(folder))
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sound = not wrong and not came["foreign"] and not came["otherwise"] and came["same"]
    passed = sound and max(longest, slowest) <= 20 and child <= 512
    for each in wrong:
        print(each)  # noqa: T201
    print(  # noqa: T201
        f"PROOF workbooks attacks={tried} wrong={len(wrong)} mutations={asked.mutations} "
        f"refused={came['refused']} let_in={came['let in']} cells_same={came['same']} "
        f"cells_otherwise={came['otherwise']} cells_damaged={came['changed'] + came['lost']} foreign_errors={came['foreign']} "
        f"longest={max(longest, slowest):.1f}s reader={child:.0f}MB seed={asked.seed} "
        f"in {time.perf_counter() - began:.0f}s {'PASS' if passed else 'FAIL'}"
    )
    sys.exit(not passed)


if __name__ == "__main__":
    main()
