"""What the web's tests share: the cast, and a browser's client for each of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser_fixtures import chromium, page_for, page_of, watch  # noqa: F401  # fixtures
from cast import Cast, assembled, signed_in
from collecting import campaign  # noqa: F401  # a fixture
from django.conf import settings
from django.test import Client, TransactionTestCase
from django.utils import translation
from emptying import empty
from levels import folder, levels  # noqa: F401  # fixtures
from ready import desk  # noqa: F401  # a fixture

from junheng.web.accounts import limits
from junheng.web.planning import situation
from junheng.web.project import words


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """Compile the English, if it changed."""
    words.main()


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_are_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(autouse=True)
def a_process_remembers_nothing_of_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with an empty database, whose rows get the numbers of the last test's."""
    monkeypatch.setattr(limits, "_UNTOLD", {})
    situation._judged.cache_clear()


@pytest.fixture(autouse=True)
def each_test_begins_in_chinese() -> Iterator[None]:
    """A client that asked for English leaves its language in the thread of the tests."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return assembled()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """Give a client that is signed in as one of the cast."""

    return lambda name: signed_in(cast.people[name])
