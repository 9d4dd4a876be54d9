"""Words that make no sense, sent in every field that an address looks at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from matrix import DOORS, FORM, NOTHING, Asking, arguments, filled, stated
from world import Thing

ROLES = ("county_approver", "provincial_reviewer", "administrator")
HUGE, ODD, ILLEGIBLE = "9" * 30, "²", "a\0b\ud800c"
SERVER_ERROR = 500


@contextmanager
def asked_for() -> Iterator[set[str]]:
    """Note which fields a view looks for in a query or form."""
    names: set[str] = set()

    def noting(method: Any) -> Any:
        def noted(self: QueryDict, name: str, *more: Any) -> Any:
            names.add(name)
            return method(self, name, *more)

        return noted

    looks = ("__getitem__", "__contains__", "getlist")
    with mock.patch.multiple(QueryDict, **{n: noting(getattr(QueryDict, n)) for n in looks}):
        yield names


class Throwing(Asking):
    """One actor who sends a word in every field that an address looks at, in each alone and in all."""

    def all_thrown(self, route: str, method: str) -> Iterator[str]:
        """Give what went wrong."""
        row = stated()[route]
        kind = next(iter(row[method]))
        things = self.world.things.get(kind, [NOTHING])
        thing = next((each for each in things if self.reaches(each)), things[0])
        usual = filled(row.get("body", {}), thing)
        with asked_for() as names:
            yield from self.thrown(route, method, thing, usual)
        names |= set(usual)
        yield from self.thrown(route, method, thing, dict.fromkeys(names, ODD))
        yield from self.thrown(route, method, thing, dict.fromkeys(names, ILLEGIBLE))
        for name in names:
            yield from self.thrown(route, method, thing, usual | {name: HUGE})

    def thrown(self, route: str, method: str, thing: Thing, given: dict[str, Any]) -> Iterator[str]:
        """Send one request, take back what it changed; tell of an error of the server."""
        address = reverse(route, kwargs=arguments(route, thing))
        headers = {}
        if route.startswith(DOORS) and self.actor.secret:
            headers["Authorization"] = f"Bearer {self.actor.secret}"
        encoded = urlencode(given, doseq=True, errors="surrogatepass")
        sent: dict[str, Any] = {"data": encoded, "content_type": FORM}
        if stated()[route].get("json"):
            sent = {"data": json.dumps(given), "content_type": "application/json"}
        if method == "GET":
            address, sent = f"{address}?{encoded}", {}
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(address, headers=headers, **sent)
            if answer.streaming:
                b"".join(answer)
            transaction.set_rollback(True)
        if answer.status_code >= SERVER_ERROR:
            yield f"{self.actor.name}: {method} {route} with {given}: {answer.exc_info[:2]}"
