"""The access matrix: its rows, every route that Django knows, and what an actor gets from each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from cast import BACKEND
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from world import Actor, Thing, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOTHING = Thing("nothing", "", 0)
MOST_OF_OWN, MOST_OF_OTHERS = 2, 3
HIDDEN, WRONG_METHOD, TO_SIGN_IN, NO_TOKEN = 404, 405, 302, 401
DOORS = "api:doors:"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one actor got from one route about one thing, beside what the matrix says."""

    actor: str
    route: str
    method: str
    thing: Thing
    status: int
    expected: int
    leaked: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        at = f"{self.thing.kind} of {self.thing.place}" if self.thing.pk else "no object"
        told = f", told of {sorted(self.leaked)}" if self.leaked else ""
        asked = f"{self.actor}: {self.method} {self.route} on {at}"
        return f"{asked} answered {self.status}, the matrix says {self.expected}{told}"


@cache
def stated() -> Mapping[str, Any]:
    """Read the matrix; the groups of roles are written out."""
    whole = yaml.safe_load(Path(__file__).with_name("matrix.yaml").read_text("utf-8"))
    groups = {name: names.split() for name, names in whole["groups"].items()}
    return {name: _row(row, groups) for name, row in whole["routes"].items()}


def _row(row: Mapping[str, Any], groups: Mapping[str, list[str]]) -> dict[str, Any]:
    asked = {
        method: {kind: _by_role(statuses, groups) for kind, statuses in row[method].items()}
        for method in METHODS
        if method in row
    }
    return {**row, **asked}


def _by_role(statuses: Mapping[int, str], groups: Mapping[str, list[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for status, names in statuses.items():
        for name in names.split():
            for role in groups.get(name, [name]):
                assert role not in found, f"{role} stands twice in {statuses}"
                found[role] = status
    return found


def routes() -> dict[str, URLPattern]:
    """Walk all addresses that Django resolves, by name."""
    found: dict[str, URLPattern] = {}
    for name, pattern in _walk(get_resolver(), ()):
        assert name not in found, f"Two routes are called {name}."
        found[name] = pattern
    return found


def _walk(resolver: Any, above: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield ":".join((*above, each.name or str(each.pattern))), each
        else:
            yield from _walk(each, (*above, each.namespace) if each.namespace else above)


class Asking:
    """One actor who asks every route, signed in once; whatever a request changes is taken back."""

    def __init__(self, world: World, actor: Actor) -> None:
        self.world, self.actor = world, actor
        self.client = Client(raise_request_exception=False)
        if actor.account is not None:
            self.client.force_login(actor.account, backend=BACKEND)

    def all(self) -> Iterator[Answer]:
        """Ask every route with every method it takes, about every thing of its kinds."""
        for route, row in stated().items():
            for method in set(row) & set(METHODS):
                yield from self.asked(route, method)

    def asked(self, route: str, method: str) -> Iterator[Answer]:
        """Ask one route, about every thing that it is about; who gets nothing, about the nearest alone."""
        most = 1 if stated()[route].get("costly") else MOST_OF_OWN
        for kind, row in stated()[route][method].items():
            things = self.world.things.get(kind, [NOTHING])
            own = [thing for thing in things if self.reaches(thing)]
            others = [thing for thing in things if thing not in own][:MOST_OF_OTHERS]
            if self.actor.name in row or "everyone" in row:
                chosen = [*own[:most], *others]
                most -= bool(own) and stated()[route].get("costly", False)
            else:
                chosen = things[:1]
            for thing in chosen:
                yield self.one(route, method, thing)

    def one(self, route: str, method: str, thing: Thing, more: Mapping[str, Any] = {}) -> Answer:
        """Ask one route about one thing."""
        status, content = self.send(route, method, thing, more)
        leaked = frozenset(w for w in self.world.canaries.found(content) if not self._may_read(*w))
        if stated()[route].get("public"):
            leaked = frozenset()
        expected = self.expected(route, method, thing)
        return Answer(self.actor.name, route, method, thing, status, expected, leaked)

    def send(
        self, route: str, method: str, thing: Thing, more: Mapping[str, Any] = {}
    ) -> tuple[int, bytes]:
        """Send one request and take back what it changed; give status and content."""
        row = stated()[route]
        address = reverse(route, kwargs=arguments(route, thing)) + row.get("query", "")
        headers = {}
        if route.startswith(DOORS) and self.actor.secret:
            headers["Authorization"] = f"Bearer {self.actor.secret}"
        body: Any = {**filled(row.get("body", {}), thing), **more}
        given: dict[str, Any] = {"content_type": "application/json"} if row.get("json") else {}
        if method == "POST":
            given = {"data": body, **given} if given else _form(body)
        session = deepcopy(self.client.cookies)
        with transaction.atomic():
            answer: Any = getattr(self.client, method.lower())(address, headers=headers, **given)
            content = b"".join(answer) if answer.streaming else answer.content
            self.after()
            transaction.set_rollback(True)
        self.client.cookies = session
        return answer.status_code, content

    def after(self) -> None:
        """Look at the database before it is set back: for tests that want to."""

    def expected(self, route: str, method: str, thing: Thing) -> int:
        """Give what the matrix says: what is not stated is hidden, strangers are led to sign in."""
        row = stated()[route][method].get(thing.kind, {})
        if "everyone" in row:
            return int(row["everyone"])
        if route.startswith(DOORS) and not self.actor.secret:
            return NO_TOKEN
        if self.actor.account is None:
            return int(row.get(self.actor.name, TO_SIGN_IN))
        heard = self.reaches(thing) or stated()[route].get("several")
        return row.get(self.actor.name, HIDDEN) if heard else HIDDEN

    def reaches(self, thing: Thing) -> bool:
        """Tell whether a thing is the actor's own or lies in his tree."""
        if thing is NOTHING:
            return True
        if thing.owner:
            return thing.owner == self.actor.name
        own = self.actor.path
        return own is not None and any(path.startswith(own) for path in thing.paths)

    def _may_read(self, code: str, kind: str) -> bool:
        """Tell whether an organisation's names or data are for this actor."""
        own, place = self.actor.path, self.world.places[code].path
        if own is None:
            return False
        return place.startswith(own) or (kind == "name" and own.startswith(place))


def _form(body: Mapping[str, Any]) -> dict[str, Any]:
    """Encode a form as a browser does; in parts, hundreds of fields would take ten times as long."""
    return {"data": urlencode(body, doseq=True), "content_type": FORM}


def arguments(route: str, thing: Thing) -> dict[str, Any]:
    """Give the parts of a route's address: the thing's key, and what the row states."""
    given = dict(stated()[route].get("with", {}))
    wanted = _converters(route) - set(given)
    for name in wanted:
        of_two = name != "pk" and "pk" in wanted
        given[name] = thing.second if of_two else thing.pk
    return given


@cache
def _names() -> dict[str, set[str]]:
    return {name: _of(name) for name in stated()}


def _of(route: str) -> set[str]:
    pattern = routes()[route].pattern
    return set(pattern.converters) or set(getattr(pattern, "regex").groupindex)  # noqa: B009


def _converters(route: str) -> set[str]:
    return _names()[route]


def filled(body: Any, thing: Thing) -> Any:
    """Write a body out: KEY stands for the thing's key, CANARY for a word of its own."""
    if isinstance(body, dict):
        return {name: filled(value, thing) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, thing) for value in body]
    if isinstance(body, str):
        return body.replace("KEY", str(thing.pk)).replace("WORDS", "by whoever asks")
    return body
