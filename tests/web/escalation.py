"""Requests with more in them than their form has: every field of every model; and what they changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models
from matrix import Asking, stated
from world import Actor, Thing, World

SLIPPED_IN = "slipped-in"
_FREE = {"accounts_count", "audit_chain", "audit_entry", "django_session"}
"""What a refused request may leave: it is counted and logged. The tables of axes count failures too."""
_WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"([^"]+)"')
Rows = dict[Any, dict[str, Any]]
Changes = set[tuple[str, str]]


def every_field(world: World) -> dict[str, str]:
    """Give every field of every model of ours a value that would raise its sender."""
    found: dict[str, str] = {"is_superuser": "on", "is_staff": "on", "pk": str(_nation(world))}
    for model in apps.get_models():
        if model.__module__.startswith("junheng.web."):
            for field in model._meta.fields:
                value = _value(world, field)
                found[field.name] = found[field.attname] = value
    return found | {
        "role": "administrator",
        "organisation": str(_nation(world)),
        "state": "accepted",
    }


def _nation(world: World) -> int:
    return world.places["000000"].pk


def _value(world: World, field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.ForeignKey | models.IntegerField):
        return str(_nation(world))
    return SLIPPED_IN


class Watching(Asking):
    """An actor of whom we see what each request changes, by table and column."""

    def __init__(self, world: World, actor: Actor) -> None:
        super().__init__(world, actor)
        self.models = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
        self.before: dict[str, Rows] = {table: self._rows(table) for table in self.models}
        self.written: set[str] = set()
        self.left = _FREE
        self.changed: Changes = set()
        self.values: list[Any] = []

    def permitted(self, route: str, thing: Thing) -> bool:
        """Tell whether this actor may change something by this form."""
        open_to_all = "everyone" in stated()[route]["POST"].get(thing.kind, {})
        mine = self.reaches(thing) or open_to_all
        return mine and self.expected(route, "POST", thing) < 400

    def post(self, route: str, thing: Thing, more: Mapping[str, str]) -> Changes:
        """Send a form with more in it; give which columns of which tables changed."""
        own = {*stated()[route].get("body", {}), *stated()[route].get("takes", ())}
        self.written, self.changed, self.values = set(), set(), []
        self.left = _FREE | set(stated()[route].get("leaves", ()))
        with connection.execute_wrapper(self._note):
            self.send(route, "POST", thing, {k: v for k, v in more.items() if k not in own})
        return self.changed

    def _note(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: Any,
    ) -> Any:
        if found := _WRITES.match(sql):
            self.written.add(found[1])
        return execute(sql, params, many, context)

    def after(self) -> None:
        """Compare the tables that were written with what they held."""
        for table in [t for t in self.written - self.left if not t.startswith("axes_")]:
            now, before = self._rows(table), self.before[table]
            for key in now.keys() | before.keys():
                self._compare(table, before.get(key, {}), now.get(key, {}))

    def _compare(self, table: str, before: dict[str, Any], now: dict[str, Any]) -> None:
        for column in before.keys() | now.keys():
            if before.get(column) != now.get(column):
                self.changed.add((table, column))
                self.values.append(now.get(column))

    def _rows(self, table: str) -> Rows:
        model = self.models[table]
        return {row[model._meta.pk.attname]: row for row in model._default_manager.values()}
