"""Two officials cannot both win: `python tests/prove/prove_races.py --n 500 --seed S [--sabotage]`.

Eight clients act at once on a SQLite file, or with --postgresql on a server of the proof's own, or on
the PostgreSQL of DATABASE_URL (an empty one).
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))

from postgres import server  # after the path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sabotage", action="store_true", help="without the check of versions")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    asked = parser.parse_args()
    with ExitStack() as held:
        if asked.postgresql:
            os.environ["DATABASE_URL"] = held.enter_context(server())
        os.environ["JUNHENG_DATA"] = held.enter_context(TemporaryDirectory())
        os.environ["DJANGO_SETTINGS_MODULE"] = "web_settings"
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    import django

    django.setup()
    from cast import assemble
    from deciding import Race, forget_versions
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    if asked.sabotage:
        forget_versions()
    race = Race(assemble(), asked.seed)
    race.run(asked.n)
    for error in race.errors[:5]:
        sys.stdout.write(f"BAD {error}\n")
    holds = not race.double and not race.errors and sum(race.tried.values()) == asked.n
    sys.stdout.write(
        f"{connection.vendor}: {dict(race.tried)}, errors {len(race.errors)}\n"
        f"PROOF race tried={asked.n} double={race.double} seed={asked.seed} "
        f"{'PASS' if holds else 'FAIL'}\n"
    )
    connection.close()
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
