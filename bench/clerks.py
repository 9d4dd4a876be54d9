"""Clerks who save: one process, plain sockets, latency as each clerk's browser would see it.

Every clerk has a session and a filing of his own, opens its page once, and then sends what the page
would send: five cells with their reasons, on a new connection each time. The clock runs from before
the connection is asked for until the last byte of the answer is there.

The clerks stand for a hundred other machines, but share this one's processors with the server. So
what they type is written down before a burst, answers are read after it, and in between there are
only bytes: whole requests with all their headers, each on a connection of its own, and whole answers.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

CELLS = ("public_funds", "training_funds", "teaching_area", "equipment_value", "books")
BURSTS, PAUSE = 5, 1.0
_END = b"\r\n\r\n"
TYPING, EVERY = 30.0, 3.0


@dataclass
class Clerk:
    """One clerk: the session, the filing, what the page holds, and how long each save took."""

    port: int
    filing: int
    session: str
    token: str = ""
    held: list[Any] = field(default_factory=lambda: [None] * len(CELLS))
    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    async def open(self) -> None:
        """Open the filing's page: the browser holds its token from then on."""
        answer = await self._sent(self._request("GET", f"/filings/{self.filing}/", b""))
        found = re.search(rb"csrftoken=(\w+)", answer.partition(_END)[0])
        self.token = found[1].decode() if found else ""

    def typed(self) -> bytes:
        """Give what the page sends when five cells were typed anew."""
        now = [str(secrets.randbelow(100_000)) for _ in CELLS]
        edits = [
            {
                "table": "schools",
                "key": "",
                "column": name,
                "was": was,
                "reason": "核对",
                "now": new,
            }
            for name, was, new in zip(CELLS, self.held, now, strict=True)
        ]
        sent = {"key": secrets.token_hex(16), "source": "reported", "edits": edits}
        body = json.dumps(sent).encode()
        return self._request("POST", f"/filings/{self.filing}/cells/", body)

    async def save(self, request: bytes) -> bytes:
        """Send a save, and note how long it took until the whole answer was there."""
        begun = time.perf_counter()
        try:
            answer = await self._sent(request)
        except OSError as error:
            self.wrong.append(repr(error))
            return b""
        self.taken.append(1000 * (time.perf_counter() - begun))
        return answer

    def read(self, answer: bytes) -> None:
        """Look whether an answer is all it should be; the page holds the values it tells."""
        head, _, body = answer.partition(_END)
        if not head.startswith(b"HTTP/1.1 200 "):
            self.wrong.append(head[:40].decode())
            return
        self.held = [cell["value"] for cell in json.loads(body)["saved"]]

    def _request(self, method: str, path: str, body: bytes) -> bytes:
        lines = (
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: sessionid={self.session}; csrftoken={self.token}",
            f"X-CSRFToken: {self.token}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode() + body

    async def _sent(self, request: bytes) -> bytes:
        """Send a request on a connection of its own, and give all that comes until it is closed."""
        loop = asyncio.get_running_loop()
        _, exchange = await loop.create_connection(
            lambda: _Exchange(request, loop.create_future()), "127.0.0.1", self.port
        )
        return await exchange.answer


class _Exchange(asyncio.Protocol):
    """One request and its answer, on one connection."""

    def __init__(self, request: bytes, answer: asyncio.Future[bytes]) -> None:
        self.request, self.answer = request, answer
        self.parts: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the request."""
        transport.write(self.request)  # type: ignore[attr-defined]  # it is a WriteTransport

    def data_received(self, data: bytes) -> None:
        """Keep what has come."""
        self.parts.append(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the answer, or what went wrong."""
        if error is None and self.parts:
            self.answer.set_result(b"".join(self.parts))
        else:
            self.answer.set_exception(error or ConnectionError("closed without an answer"))


async def _saved(clerks: list[Clerk]) -> None:
    """Have clerks save at the same moment; what was typed and what came is dealt with apart."""
    requests = [clerk.typed() for clerk in clerks]
    answers = await asyncio.gather(*map(Clerk.save, clerks, requests))
    for clerk, answer in zip(clerks, answers, strict=True):
        if answer:
            clerk.read(answer)


async def burst(clerks: list[Clerk]) -> None:
    """All save at the same moment, and again a second after the last has its answer."""
    for done in range(BURSTS):
        if done:
            await asyncio.sleep(PAUSE)
        await _saved(clerks)


async def typing(clerks: list[Clerk]) -> None:
    """Each types on his own for half a minute; the page saves every few seconds."""
    await asyncio.gather(*map(_typing, clerks))


async def _typing(clerk: Clerk) -> None:
    last = time.perf_counter() + TYPING
    await asyncio.sleep(random.uniform(0, EVERY))  # noqa: S311  # when people begin to type
    while time.perf_counter() < last:
        await _saved([clerk])
        if (pause := random.uniform(EVERY - 1, EVERY + 1)) > last - time.perf_counter():  # noqa: S311
            break
        await asyncio.sleep(pause)


async def open_pages(clerks: list[Clerk]) -> None:
    """Have everybody open the page, four at a time."""
    four = asyncio.Semaphore(4)

    async def opened(clerk: Clerk) -> None:
        async with four:
            await clerk.open()

    await asyncio.gather(*map(opened, clerks))
