"""The web application as an installation runs it, for as long as it is measured."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a data folder with `junheng serve`, and give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("junheng")), "serve", "--data", str(folder)]
    running = subprocess.Popen(
        [*command, "--port", str(port)], start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        _answers(port)
        yield port
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait()


def _answers(port: int) -> None:
    """Wait until the server takes connections."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")
