"""A served installation that a proof can kill: its processes, its people, what they were told."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import requests
from processes import children, command_of, free_port, is_free

JUNHENG = str(Path(sys.executable).with_name("junheng"))
PASSWORD = "Correct-horse-7"  # noqa: S105  # of the proof's people alone
WAIT = 60.0
"""Seconds that one request may take."""
TOO_MANY = 429
FAILED = "处理时出了错，没有写入任何数据。"
PATIENCE = 600.0
"""Seconds until a server that was killed must answer again, on a busy machine too."""


@dataclass
class Served:
    """One `junheng serve` over a data folder."""

    data: Path
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[bytes] | None = None

    @property
    def at(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "JUNHENG_DATA": str(self.data)}
        log = (self.data.parent / "serve.log").open("ab")
        command = [JUNHENG, "serve", "--data", str(self.data), "--port", str(self.port)]
        self.running = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running and self.running.poll() is None:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.at}/sign-in/", timeout=10).status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError((self.data.parent / "serve.log").read_text()[-2000:])

    def wait_until_gone(self) -> None:
        """Wait until nothing that was killed holds the port: what is writing to the disk dies late."""
        until = time.monotonic() + PATIENCE
        while not is_free(self.port):
            assert time.monotonic() < until, f"{self.port} is still held"
            time.sleep(0.1)

    def processes(self) -> dict[str, list[int]]:
        """Give the process ids by what they are: server, its workers, the worker of jobs."""
        assert self.running is not None
        found: dict[str, list[int]] = {"server": [], "page": [], "job": []}
        for child in children(self.running.pid):
            line = command_of(child)
            kind = "server" if "gunicorn" in line else "job"
            found[kind].append(child)
            if kind == "server":
                found["page"] += children(child)
        return found

    def kill(self, dice: random.Random) -> str:
        """Kill one process, or all of them, without warning; start again what does not by itself."""
        kind = dice.choice(["page", "page", "job", "job", "server", "all"])
        if kind == "all":
            assert self.running is not None
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.wait_until_gone()
            self.start()
            return kind
        for process in self.processes()[kind][:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return kind

    def stop(self) -> None:
        if self.running is not None:
            self.running.terminate()
            self.running.wait(WAIT)


class Person:
    """One signed-in person, who sends again whatever was not answered."""

    def __init__(self, served: Served, username: str) -> None:
        self.served, self.username = served, username
        self.session = requests.Session()
        self.sign_in()

    def sign_in(self) -> None:
        address = f"{self.served.at}/sign-in/"
        self.insist(lambda: self.session.get(address, timeout=WAIT))
        form = {"username": self.username, "password": PASSWORD}
        answer = self.insist(lambda: self.post(address, data=form))
        assert "sessionid" in self.session.cookies, (answer.status_code, answer.text[:500])

    def post(self, address: str, **given: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", ""), "Referer": address}
        return self.session.post(address, headers=headers, timeout=WAIT, **given)

    def insist(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Ask until there is an answer: a broken connection says nothing about what was done."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = ask()
            except requests.RequestException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
                continue
            if answer.status_code < 500 and answer.status_code != TOO_MANY:
                return answer
            if time.monotonic() > until:
                raise TimeoutError(answer.text[:500])
            time.sleep(1.0 if answer.status_code == TOO_MANY else 0.05)


@dataclass
class Saver(threading.Thread):
    """A clerk who saves ten cells at a time, again and again, each save under a key of its own."""

    person: Person
    filing: int
    stop: threading.Event
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    CELLS = ("public_funds", "public_funds_settled", "training_funds", "training_funds_settled",
             "teaching_area", "sports_ground_area", "equipment_value", "books", "computers",
             "multimedia_rooms")  # fmt: skip

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    __hash__ = object.__hash__

    def run(self) -> None:
        held: list[Any] = [None] * len(self.CELLS)
        number = 0
        while not self.stop.is_set():
            number += 1
            now = [str(1000 * number + n) for n in range(len(self.CELLS))]
            key = secrets.token_hex(16)
            edits = [
                {"table": "schools", "key": "", "column": c, "was": w, "now": n, "reason": "核对"}
                for c, w, n in zip(self.CELLS, held, now, strict=True)
            ]
            sent = {"key": key, "source": "reported", "edits": edits}
            address = f"{self.person.served.at}/filings/{self.filing}/cells/"
            ask = partial(self.person.post, address, json=sent)
            answer = self.person.insist(ask)
            if answer.status_code != 200:
                self.odd.append(f"{answer.status_code} {answer.text[:300]}")
                return
            self.acknowledged[key] = now
            held = [each["value"] for each in answer.json()["saved"]]


@dataclass
class Stepper(threading.Thread):
    """A headmaster who submits and a county that returns, again and again."""

    headmaster: Person
    county: Person
    filing: int
    stop: threading.Event
    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    __hash__ = object.__hash__

    def run(self) -> None:
        version = 1
        while not self.stop.is_set():
            for person, step, reason in (
                (self.headmaster, "school_submit", {}),
                (self.county, "county_return", {"item-0-subject": "schools:books",
                                                "item-0-place": "", "item-0-why": "请核对"}),
            ):  # fmt: skip
                address = f"{person.served.at}/filings/{self.filing}/steps/{step}/"
                form = {"version": version, "text": "", **reason}
                answer = person.insist(partial(person.post, address, data=form))
                # A step that was taken, but whose answer was lost, is found taken: 404 or 422.
                if answer.status_code not in (200, 404, 422):
                    self.odd.append(f"{step} {answer.status_code} {answer.text[:300]}")
                    return
                if answer.status_code == 200:
                    self.acknowledged.append((step, version))
                version += 1


@dataclass
class Importer(threading.Thread):
    """A clerk who fills in a workbook, uploads it, and confirms what it changes, again and again."""

    person: Person
    filing: int
    stop: threading.Event
    acknowledged: dict[int, list[float]] = field(default_factory=dict)
    given_up: dict[int, list[float]] = field(default_factory=dict)  # killed each time: said so
    odd: list[str] = field(default_factory=list)
    CELLS = {"M": "teaching_area", "O": "sports_ground_area", "P": "equipment_value",
             "R": "books", "S": "multimedia_rooms"}  # fmt: skip

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    __hash__ = object.__hash__

    def run(self) -> None:
        number = 0
        while not self.stop.is_set() and not self.odd:
            number += 1
            values = [float(100 * number + n) for n in range(len(self.CELLS))]
            job = self._uploaded(values)
            if job and self._worked_out(job, values):
                self._confirmed(job, values)

    def _uploaded(self, values: list[float]) -> int:
        base = f"{self.person.served.at}/filings/{self.filing}"
        session = self.person.session
        got = self.person.insist(partial(session.get, f"{base}/template/", timeout=WAIT))
        book = openpyxl.load_workbook(io.BytesIO(got.content))
        for column, value in zip(self.CELLS, values, strict=True):
            book["学校"][f"{column}2"] = value
        kept = io.BytesIO()
        book.save(kept)
        files = {"file": ("填报.xlsx", kept.getvalue())}
        answer = self.person.insist(partial(self.person.post, f"{base}/workbook/", files=files))
        if (found := re.search(r"/jobs/(\d+)/", answer.url)) is None:
            self.odd.append(f"upload {answer.status_code} {answer.url} {answer.text[:300]}")
            return 0
        return int(found[1])

    def _worked_out(self, job: int, values: list[float]) -> bool:
        address = f"{self.person.served.at}/filings/{self.filing}/uploads/{job}/"
        status, until = f"{self.person.served.at}/jobs/{job}/", time.monotonic() + PATIENCE
        while time.monotonic() < until and not self.stop.is_set():
            answer = self.person.insist(partial(self.person.session.get, status, timeout=WAIT))
            if address.removeprefix(self.person.served.at) in answer.text:
                return True
            if FAILED in answer.text:
                self.given_up[job] = values
                return False
            time.sleep(0.2)
        if not self.stop.is_set():
            self.odd.append(f"job {job} never ended")
        return False

    def _confirmed(self, job: int, values: list[float]) -> None:
        address = f"{self.person.served.at}/filings/{self.filing}/uploads/{job}/"
        form = {"reason": "按实核对"}
        answer = self.person.insist(partial(self.person.post, address, data=form))
        if answer.status_code not in (200, 422):  # 422: taken over already, its answer was lost
            self.odd.append(f"confirm {answer.status_code} {answer.text[:300]}")
        elif answer.status_code == 200:
            self.acknowledged[job] = values
