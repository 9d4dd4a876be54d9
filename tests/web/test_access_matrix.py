"""Everybody gets from every address what the matrix says, and nobody another's words, in any byte."""

from __future__ import annotations

import logging
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import TestCase, override_settings
from matrix import METHODS, WRONG_METHOD, Answer, Asking, routes, stated
from world import World
from world_objects import build

from junheng.web.accounts import scope

OFTEN = {kind: (10**6, 60) for kind in settings.RATE_LIMITS}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    for name in routes():
        assert name in stated(), (
            f"The route {name} has no row in tests/web/matrix.yaml. Add one: what its view asks for, "
            "its methods, the kinds of object, and which roles get which status."
        )
    for name in stated():
        assert name in routes(), f"matrix.yaml has a row for {name}, which is no route: take it out."


def test_every_view_asks_for_what_the_matrix_says() -> None:
    for name, pattern in routes().items():
        asks = getattr(pattern.callback, "asks", None)
        assert asks, f"The view of {name} has no mark: decorate it (accounts/access.py)."
        told = asks if isinstance(asks, str) else " ".join(permission.value for permission in asks)
        assert told == stated()[name]["asks"], name


def said(found: list[Answer]) -> str:
    return f"{len(found)} wrong:\n" + "\n".join(map(str, found[:60]))


@override_settings(RATE_LIMITS=OFTEN)
class TestEverybody(TestCase):
    """The world is built once; every request is taken back."""

    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build()
        logging.disable(logging.ERROR)  # thousands of refusals are wanted here
        cls.addClassCleanup(logging.disable, logging.NOTSET)

    def test_gets_what_the_matrix_says_and_reads_no_words_of_others(self) -> None:
        answers = [a for actor in self.world.actors.values() for a in Asking(self.world, actor).all()]
        wrong = [answer for answer in answers if answer.status != answer.expected or answer.leaked]
        assert not wrong, said(wrong)
        assert len({answer.route for answer in answers}) == len(routes())
