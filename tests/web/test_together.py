"""Changes that wait for the disk together: each stands by itself, none is acknowledged before it is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.utils.translation import get_language, override

from junheng.web.accounts.models import Account, Appointment, Count
from junheng.web.audit import together as module
from junheng.web.audit.together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does this by itself"),
]
MANY = 6


def keep(number: int) -> str:
    """Keep a number; give the language it was done in."""
    Count.objects.create(key="kept", span=number)
    return get_language() or ""


def kept() -> list[int]:
    return list(Count.objects.order_by("span").values_list("span", flat=True))


def while_one_writes(changes: list[Callable[[], object]]) -> list[object]:
    """Have all changes wait while another is written; give what each got, errors as well."""
    found: list[object] = [None] * len(changes)
    first_is_in, all_wait = threading.Event(), threading.Event()

    def first() -> None:
        first_is_in.set()
        assert all_wait.wait(20)

    def run(number: int, make: Callable[[], object]) -> None:
        try:
            with override("en" if number % 2 else "zh-hans"):
                found[number] = together(make)
        except Exception as error:  # noqa: BLE001  # looked at by the test
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(changes)]
    opening = threading.Thread(target=lambda: (together(first), connection.close()))
    opening.start()
    assert first_is_in.wait(20)
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while len(module._WAITING) < len(changes):
        assert time.monotonic() < until
        time.sleep(0.01)
    all_wait.set()
    for thread in (opening, *threads):
        thread.join()
    return found


def test_all_that_wait_are_written_in_one_transaction_each_in_its_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes, write = [], module._write
    monkeypatch.setattr(module, "_write", lambda each: (sizes.append(len(each)), write(each)))
    found = while_one_writes([lambda n=n: keep(n) for n in range(MANY)])  # type: ignore[misc]
    assert sizes == [1, MANY]
    assert kept() == list(range(MANY))
    assert found == ["zh-hans", "en"] * (MANY // 2)


def test_a_change_that_goes_wrong_takes_none_of_the_others_with_it() -> None:
    def wrong() -> None:
        keep(2)
        raise ValueError("refused")

    found = while_one_writes([lambda: keep(1), wrong, lambda: keep(3)])
    assert isinstance(found[1], ValueError)
    assert kept() == [1, 3]


def test_if_they_cannot_be_committed_all_are_told_and_none_is_kept() -> None:
    def nobodys() -> None:
        Appointment.objects.create(account_id=10**6, organisation_id=10**6, role="auditor")

    found = while_one_writes([lambda: keep(1), nobodys, lambda: keep(2)])
    assert [type(each) for each in found] == [IntegrityError] * 3
    assert kept() == []
    assert not Account.objects.exists()
