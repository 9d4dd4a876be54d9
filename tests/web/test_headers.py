"""Every route answers with the headers of a careful site, and unsafe settings are told at the start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cast import Cast
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from junheng.web.project import checks

ClientOf = Callable[[str], Client]
SAMPLES = {"form": "jsonl", "path": "x"}


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Give name and address of every route, numbers filled in with 1."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from routes(each, inner)
        elif isinstance(each, URLPattern) and each.name:
            name = ":".join((*spaces, each.name))
            kinds = each.pattern.converters
            given = {key: SAMPLES.get(key, "1") for key in each.pattern.regex.groupindex}
            given |= {
                key: 1 for key, kind in kinds.items() if type(kind).__name__ == "IntConverter"
            }
            yield name, reverse(name, kwargs=given)


def lacks(answer: HttpResponse, *, signed_in: bool) -> list[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    found = {
        "policy": "default-src 'none'" in policy and "unsafe" not in policy,
        "frames": "frame-ancestors 'none'" in policy,
        "old frames": answer.headers.get("X-Frame-Options") == "DENY",
        "nosniff": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.headers.get("Referrer-Policy") == "same-origin",
        "no-store": not signed_in or answer.headers.get("Cache-Control") == "no-store",
    }
    return [name for name, holds in found.items() if not holds]


def test_every_route_answers_with_careful_headers(
    cast: Cast, client_of: ClientOf, settings: Settings
) -> None:
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (10**6, 60)) | {"export": (1, 3600)}
    stranger, insider = Client(), client_of("auditor")
    wrong, seen = {}, 0
    for name, address in routes():
        seen += 1
        for client in (stranger, insider):
            client.raise_request_exception = False
            for method in (client.get, client.post):
                leaves = (name, method) == ("accounts:logout", client.post)
                if not leaves and (found := lacks(method(address), signed_in=client is insider)):
                    wrong[name] = found
    assert not wrong
    assert seen > 25


def test_only_marked_views_are_open_and_all_others_ask_to_sign_in(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    for name, address in routes():
        if name.startswith("api:"):
            continue  # its doors ask for a token instead
        answer = client.get(address)
        asks = getattr(get_resolver().resolve(address).func, "asks", None)
        assert asks is not None, f"{name} says nothing of who may see it"
        if asks != "everyone":
            location = answer.headers.get("Location", "")
            assert location.startswith("/sign-in/"), f"{name}: {answer.status_code}"


def test_the_deployment_check_is_silent_behind_tls(tmp_path: Path) -> None:
    environment = {
        **{name: os.environ[name] for name in os.environ if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "JUNHENG_DATA": str(tmp_path),
        "JUNHENG_TLS": "1",
        "JUNHENG_HOSTS": "balance.example.cn",
        "DJANGO_SETTINGS_MODULE": "junheng.web.project.settings",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"ALLOWED_HOSTS": ["*"], "TLS": True}, ["junheng.E001"]),
        ({"ALLOWED_HOSTS": ["x.example.cn"], "TLS": True, "DEMO": True}, ["junheng.E002"]),
        ({"ALLOWED_HOSTS": ["x.example.cn"], "TLS": False}, ["junheng.E003"]),
        ({"PASSWORD_PROFILE": "none", "TWO_FACTOR": "never"}, ["junheng.E004"] * 2),
        ({"ALLOWED_HOSTS": ["127.0.0.1", "localhost"], "DEMO": True}, []),
    ],
)
def test_unsafe_settings_are_refused_with_what_to_do(
    settings: Settings, wrong: dict[str, object], expected: list[str]
) -> None:
    for name, value in wrong.items():
        setattr(settings, name, value)
    found = checks.settings_are_safe()
    assert [message.id for message in found] == expected
    assert all(message.hint for message in found)


def test_several_counties_on_one_sqlite_are_warned_of(cast: Cast) -> None:
    expected = ["junheng.W006"] if connection.vendor == "sqlite" else []
    assert [message.id for message in checks.database_is_safe(["default"])] == expected


def test_a_faulty_write_ahead_log_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cursor:
        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, sql: str) -> None:
            assert sql == "PRAGMA journal_mode"

        def fetchone(self) -> tuple[str]:
            return ("wal",)

    class Connection:
        vendor = "sqlite"
        cursor = Cursor

    monkeypatch.setattr(checks, "connections", {"default": Connection()})
    monkeypatch.setattr(checks, "_counties", lambda _: [])
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert [m.id for m in checks.database_is_safe(["default"])] == ["junheng.E005"]
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 51, 3))
    assert checks.database_is_safe(["default"]) == []
