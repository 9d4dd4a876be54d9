"""No nonsense kills the API: `python tests/prove/prove_api.py --seed S --requests 20000 [--sabotage]`.

On a SQLite file, or on the PostgreSQL of DATABASE_URL (an empty one). With --sabotage one door is
broken on purpose, and the proof has to fail.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
DOORS = 9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--sabotage", action="store_true", help="with one broken door")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ["JUNHENG_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "web_settings"
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, transaction

    logging.disable(logging.CRITICAL)
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**9, 60))
    call_command("migrate", verbosity=0)
    from test_api_nonsense import nonsense
    from world_objects import build

    from junheng.web.collection import selectors

    broken = mock.patch.object(selectors, "filings", side_effect=KeyError("on purpose"))
    with transaction.atomic():
        world = build()
    sent = nonsense(world)
    if asked.sabotage:
        broken.start()
    sent.send(each=-(-asked.requests // DOORS), seed=asked.seed)
    for wrong in list(dict.fromkeys(sent.wrong))[:10]:
        sys.stdout.write(f"BAD {wrong}\n")
    five = sum(count for status, count in sent.statuses.items() if status >= 500)
    holds = not sent.wrong and not five and sent.tried >= asked.requests
    sys.stdout.write(
        f"{connection.vendor}: {dict(sorted(sent.statuses.items()))}\n"
        f"PROOF api tried={sent.tried} errors={five} wrong={len(sent.wrong)} seed={asked.seed} "
        f"{'PASS' if holds else 'FAIL'}\n"
    )
    connection.close()
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
