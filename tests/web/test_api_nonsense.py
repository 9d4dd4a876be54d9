"""No nonsense kills the API, it answers as it is described, and it never forgets to ask for a token."""

from __future__ import annotations

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import TestCase, override_settings
from nonsense import Nonsense, said
from world import World
from world_objects import build

OFTEN = dict.fromkeys(settings.RATE_LIMITS, (10**7, 60))
KINDS = {"filing": "school filing", "campaign": "campaign", "verdict": "official"}


def nonsense(world: World) -> Nonsense:
    """Prepare nonsense with the tokens of three roles."""
    roles = ("school_clerk", "county_clerk", "provincial_reviewer")
    tokens = [world.actors[role].secret for role in roles]
    real = {name: [thing.pk for thing in world.things[kind]] for name, kind in KINDS.items()}
    real["filing"] += [thing.pk for thing in world.things["county filing"]]
    return Nonsense(tokens, real)


@override_settings(RATE_LIMITS=OFTEN)
class TestNonsense(TestCase):
    """The requests of a few seconds; prove_api.py sends many more."""

    def setUp(self) -> None:
        """Keep the connection: the test's own transaction is open on it."""
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)

    def test_is_refused_as_the_description_says(self) -> None:
        sent = nonsense(build())
        sent.send(each=12, seed=1)
        assert not sent.wrong, said(sent.wrong)
        assert {200, 401, 404, 422} <= sent.statuses.keys(), sent.statuses
