"""Everybody gets from every address what the matrix says, and nobody another's words, in any byte."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.test import TestCase, override_settings
from escalation import SLIPPED_IN, Watching, every_field
from matrix import (
    FORM,
    HIDDEN,
    METHODS,
    NO_TOKEN,
    NOTHING,
    TO_SIGN_IN,
    WRONG_METHOD,
    Answer,
    Asking,
    routes,
    stated,
)
from rubbish import ROLES, Throwing
from world import Thing, World
from world_objects import build

from junheng.report.words import Words
from junheng.web.accounts import scope
from junheng.web.verdicts import workings
from junheng.web.verdicts.judging import Case

OPENED = (
    "collection:filing",
    "collection:history",
    "collection:template",
    "evidence:piece",
    "evidence:download",
    "verdicts:official_json",
    "api:doors:filing",
)
"""Addresses that would tell everything if the one place that decides did not decide."""
OFTEN = dict.fromkeys(settings.RATE_LIMITS, (10**6, 60))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    for name in routes():
        assert name in stated(), (
            f"The route {name} has no row in tests/web/matrix.yaml. Add one: what its view asks for, "
            "its methods, the kinds of object, and which roles get which status."
        )
    for name in stated():
        assert name in routes(), (
            f"matrix.yaml has a row for {name}, which is no route: take it out."
        )


def test_every_view_asks_for_what_the_matrix_says() -> None:
    for name, pattern in routes().items():
        asks = getattr(pattern.callback, "asks", None)
        assert asks, f"The view of {name} has no mark: decorate it (accounts/access.py)."
        told = asks if isinstance(asks, str) else " ".join(permission.value for permission in asks)
        assert told == stated()[name]["asks"], name


def said(found: list[Answer]) -> str:
    return f"{len(found)} wrong:\n" + "\n".join(map(str, found[:150]))


@contextmanager
def worked_out_once() -> Iterator[None]:
    """Search the same data once for what flips a verdict: who asks does not enter into it."""
    search, known = workings.flips, {}

    def flips(case: Case, words: Words, school: str | None = None) -> Any:
        key = (case.digest, words.language, school)
        if key not in known:
            known[key] = search(case, words, school)
        return known[key]

    with mock.patch.object(workings, "flips", flips):
        yield


@pytest.mark.xdist_group("matrix")
@override_settings(RATE_LIMITS=OFTEN)
class TestEverybody(TestCase):
    """The world is built once; every request is taken back."""

    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build()
        cls.enterClassContext(worked_out_once())
        logging.disable(logging.ERROR)  # thousands of refusals are wanted here
        cls.addClassCleanup(logging.disable, logging.NOTSET)

    def test_gets_what_the_matrix_says_and_reads_no_words_of_others(self) -> None:
        answers = [
            a for actor in self.world.actors.values() for a in Asking(self.world, actor).all()
        ]
        wrong = [answer for answer in answers if answer.status != answer.expected or answer.leaked]
        assert not wrong, said(wrong)
        assert len({answer.route for answer in answers}) == len(routes())

    def test_finds_no_method_that_the_matrix_does_not_state(self) -> None:
        for name in ("county_approver", "administrator", "anonymous"):
            asking = Asking(self.world, self.world.actors[name])
            for route, row in stated().items():
                kinds = next(row[method] for method in METHODS if method in row)
                thing = self.world.things.get(next(iter(kinds)), [NOTHING])[0]
                for method in set(METHODS) - set(row):
                    status, _content = asking.send(route, method, thing)
                    refused = (HIDDEN, WRONG_METHOD, TO_SIGN_IN, NO_TOKEN)
                    assert status in refused, f"{name}: {method} {route} answered {status}"

    def test_would_be_told_of_others_if_the_scope_were_broken(self) -> None:
        with mock.patch.object(scope, "visible", lambda rows, *_args, **_how: rows.all()):
            clerk = Asking(self.world, self.world.actors["school_clerk"])
            for route in OPENED:
                told = [answer for answer in clerk.asked(route, "GET") if answer.leaked]
                assert told, f"{route} told nothing of others, though nothing held it back."

    def test_changes_nothing_by_fields_that_a_form_does_not_have(self) -> None:
        more = every_field(self.world)
        for name in ("school_clerk", "county_clerk", "department", "administrator", "nobody"):
            actor = Watching(self.world, self.world.actors[name])
            for route in (route for route, row in stated().items() if "POST" in row):
                for kind in stated()[route]["POST"]:
                    for thing in self.world.things.get(kind, [NOTHING])[:4]:
                        self._send_more(actor, route, thing, more)

    def test_no_address_answers_rubbish_with_an_error_of_the_server(self) -> None:
        actors = [Throwing(self.world, self.world.actors[name]) for name in ROLES]
        wrong = [
            told
            for route, row in stated().items()
            for method in ("GET", "POST")
            if method in row
            for actor in actors
            for told in actor.all_thrown(route, method)
        ]
        assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])

    def test_what_no_page_can_hold_is_refused_wherever_it_stands(self) -> None:
        clerk = Asking(self.world, self.world.actors["school_clerk"]).client
        cells = f"/filings/{self.world.things['school filing'][0].pk}/cells/"
        edit = {"table": "schools", "key": "", "column": "name", "was": None, "now": "\ud800"}
        said = {"key": "k" * 16, "source": "reported", "edits": [edit]}
        answers = {
            "query": clerk.get("/campaigns/?q=%00"),
            "address": clerk.get("/evidence/%00/"),
            "form": clerk.post("/me/", "post=%00", content_type=FORM),
            "json": clerk.post(cells, said, content_type="application/json"),
            "nested": clerk.post(cells, "[" * 10**5, content_type="application/json"),
        }
        assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(
            answers, 400
        )

    def _send_more(
        self, actor: Watching, route: str, thing: Thing, more: Mapping[str, str]
    ) -> None:
        usual = actor.post(route, thing, {}) if actor.permitted(route, thing) else set()
        changed = actor.post(route, thing, more)
        about = f"{actor.actor.name}: POST {route} on {thing.kind} of {thing.place}"
        assert changed <= usual, (
            f"{about} changed {sorted(changed - usual)} besides {sorted(usual)}"
        )
        assert SLIPPED_IN not in actor.values, f"{about} stored what the form does not have"
