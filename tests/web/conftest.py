"""What the web's tests share: the cast, and a browser's client for each of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import Cast, assemble
from django.test import Client


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """Give a client that is signed in as one of the cast."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
