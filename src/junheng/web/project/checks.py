"""System checks: settings that would make an installation unsafe, each with what to do about it."""

from __future__ import annotations

import ipaddress
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections

MENDED = (3, 51, 3)
"""The version of SQLite from which on the write-ahead log cannot corrupt the database."""
BACKPORTS = {(3, 44): 6, (3, 50): 7}
_LOCAL = {"localhost", "testserver"}


@register(Tags.security)
def settings_are_safe(**_: Any) -> list[CheckMessage]:
    """Check hosts, TLS, demo mode and the profiles."""
    return [*_hosts(), *_profiles()]


def _hosts() -> Iterator[CheckMessage]:
    outside = sorted(host for host in settings.ALLOWED_HOSTS if not is_local(host))
    names = ", ".join(outside)
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Set JUNHENG_HOSTS to the names by which the server is reached, with commas."
        yield Error("Any host name is accepted.", hint=hint, id="junheng.E001")
    if outside and settings.DEMO:
        hint = "Unset JUNHENG_DEMO, or set JUNHENG_HOSTS=127.0.0.1,localhost."
        yield Error(
            f"Demo mode is reachable from outside as {names}.", hint=hint, id="junheng.E002"
        )
    if outside and not settings.TLS:
        hint = "Put a proxy with a certificate in front and set JUNHENG_TLS=1."
        yield Error(
            f"Passwords would travel in the clear to {names}.", hint=hint, id="junheng.E003"
        )


def _profiles() -> Iterator[CheckMessage]:
    for name, value, known in (
        ("JUNHENG_PASSWORDS", settings.PASSWORD_PROFILE, ("dengbao", "asvs")),
        ("JUNHENG_TWO_FACTOR", settings.TWO_FACTOR, ("required", "optional")),
    ):
        if value not in known:
            hint = f"Set it to one of: {', '.join(known)}."
            yield Error(f"{name} is {value!r}.", hint=hint, id="junheng.E004")


@register(Tags.database)
def database_is_safe(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check that SQLite writes no faulty write-ahead log, and serves one county alone."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor == "sqlite":
            found += [*_write_ahead(alias), *_counties(alias)]
    return found


def _write_ahead(alias: str) -> Iterator[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode == "wal" and not is_mended(sqlite3.sqlite_version_info):
        yield Error(
            f"SQLite {sqlite3.sqlite_version} can corrupt the database with its write-ahead log.",
            hint="Stop the server and run: sqlite3 FILE 'PRAGMA journal_mode=DELETE'",
            id="junheng.E005",
        )


def _counties(alias: str) -> Iterator[CheckMessage]:
    from junheng.web.accounts.models import Kind, Organisation

    if (
        settings.DEMO
        or "accounts_organisation" not in connections[alias].introspection.table_names()
    ):
        return
    counties = Organisation.objects.using(alias).filter(kind=Kind.COUNTY, closed_on=None).count()
    if counties > 1:
        hint = "Move to PostgreSQL: set DATABASE_URL, then junheng backup and restore."
        sentence = f"{counties} counties share one SQLite database."
        yield Caution(sentence, hint=hint, id="junheng.W006")


def is_local(host: str) -> bool:
    """Tell whether a host name means this machine alone.

    >>> is_local("127.0.0.1"), is_local("[::1]"), is_local("balance.example.cn"), is_local("*")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in _LOCAL


def is_mended(version: tuple[int, ...]) -> bool:
    """Tell whether a version of SQLite has the correction of its write-ahead log.

    >>> is_mended((3, 40, 1)), is_mended((3, 44, 6)), is_mended((3, 51, 2)), is_mended((3, 51, 3))
    (False, True, False, True)
    """
    backport = BACKPORTS.get((version[0], version[1]))
    return version >= MENDED or (backport is not None and version[2] >= backport)
