"""Clerks who save: one process, plain sockets, latency as each clerk's browser would see it.

Every clerk has a session and a filing of his own, opens its page once, and then sends what the page
would send: five cells with their reasons, on a new connection each time. The clock runs from before
the connection is asked for until the last byte of the answer is there.
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
        _status, head, _body = await self._sent("GET", f"/filings/{self.filing}/", b"")
        found = re.search(r"csrftoken=(\w+)", head)
        self.token = found[1] if found else ""

    async def save(self) -> None:
        """Save five cells, and note how long the answer took and whether it is all it should be."""
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
        begun = time.perf_counter()
        try:
            status, _head, body = await self._sent(
                "POST", f"/filings/{self.filing}/cells/", json.dumps(sent).encode()
            )
        except (OSError, EOFError) as error:
            self.wrong.append(repr(error))
            return
        self.taken.append(1000 * (time.perf_counter() - begun))
        if status != 200:
            self.wrong.append(f"{status}")
            return
        self.held = [cell["value"] for cell in json.loads(body)["saved"]]

    async def _sent(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: sessionid={self.session}; csrftoken={self.token}",
            f"X-CSRFToken: {self.token}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        writer.write("\r\n".join((*lines, "", "")).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        answer = await reader.read()
        writer.close()
        return int(head.split(" ", 2)[1]), head, answer


async def burst(clerks: list[Clerk]) -> None:
    """All save at the same moment, and again a second after the last has its answer."""
    for done in range(BURSTS):
        if done:
            await asyncio.sleep(PAUSE)
        await asyncio.gather(*(clerk.save() for clerk in clerks))


async def typing(clerks: list[Clerk]) -> None:
    """Each types on his own for half a minute; the page saves every few seconds."""
    await asyncio.gather(*map(_typing, clerks))


async def _typing(clerk: Clerk) -> None:
    last = time.perf_counter() + TYPING
    await asyncio.sleep(random.uniform(0, EVERY))  # noqa: S311  # when people begin to type
    while time.perf_counter() < last:
        await clerk.save()
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
