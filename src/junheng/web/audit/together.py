"""Changes of many people in one transaction: who comes while one is written joins the next.

A commit of SQLite waits for the disk several times, and only one process commits at a time. So the
threads of a process take turns: one of them writes what all the others brought meanwhile, each in a
savepoint of its own, and all are answered after the one commit. PostgreSQL does this by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.utils.translation import get_language, override

T = TypeVar("T")


class _Change(Generic[T]):
    """One change that waits: what is to be done, in whose language, and what became of it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make, self.language = make, get_language()
        self.made: list[T] = []
        self.error: BaseException | None = None

    @property
    def waits(self) -> bool:
        return not self.made and self.error is None

    def write(self, *, alone: bool) -> None:
        """Make the change, in a savepoint if not alone; what goes wrong is its own affair."""
        try:
            with transaction.atomic(savepoint=not alone), override(self.language):
                self.made.append(self.make())
        except Exception as error:  # noqa: BLE001  # raised again where the change was asked for
            self.made.clear()
            self.error = error


_WAITING: deque[_Change[object]] = deque()
_WRITES = Lock()


def together(make: Callable[[], T]) -> T:
    """Make a change in a transaction, perhaps together with others; return when it is committed."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return make()
    change = _Change(make)
    _WAITING.append(change)  # type: ignore[arg-type]  # each is given back to whom it came from
    with _WRITES:
        if change.waits:
            _write([_WAITING.popleft() for _ in range(len(_WAITING))])
    if change.error is not None:
        raise change.error
    return change.made[0]


def _write(changes: list[_Change[object]]) -> None:
    """Make changes in one transaction; if it cannot be committed, none was made."""
    try:
        with transaction.atomic():
            for change in changes:
                change.write(alone=len(changes) == 1)
    except Exception as error:  # noqa: BLE001  # raised again where each change was asked for
        for change in changes:
            change.error = error
