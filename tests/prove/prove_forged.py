"""Forged counties are found, honest ones are let be: `python tests/prove/prove_forged.py --seed S`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from forging import KINDS, measured

RECALL, FALSE_ALARMS = 0.8, 0.05
"""At least so many doctored counties are found; at most so many clean ones are flagged. The rule on
single schools against their peers looks at every school, so that it may flag more."""
_OF_SCHOOLS = {"wrong_unit": 0.25}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--counties", type=int, default=60)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        rates = measured(Path(folder), asked.counties, asked.seed)
    bad = 0
    for kind, (recall, guilty, alarms) in rates.items():
        holds = recall >= RECALL and alarms <= _OF_SCHOOLS.get(kind, FALSE_ALARMS)
        bad += not holds
        sys.stdout.write(
            f"{'ok ' if holds else 'BAD'} {kind:10} {KINDS[kind][0]:22} found {recall:.0%} of {guilty} "
            f"doctored counties, flagged {alarms:.1%} of {asked.counties} clean ones\n"
        )
    verdict = "FAIL" if bad else "PASS"
    sys.stdout.write(
        f"PROOF forged kinds={len(rates)} bad={bad} counties={asked.counties} seed={asked.seed} {verdict}\n"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
