"""A real standalone cluster on loopback: one master and workers, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

HOST = "127.0.0.1"
_PATIENCE = 120
_SMALL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Cluster:
    """A master, and the workers that are its own."""

    master: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """Start a master and workers; end every process of theirs whatever happens."""
    started: list[subprocess.Popen[bytes]] = []
    folder.mkdir(parents=True, exist_ok=True)
    try:
        log = folder / "master.log"
        started.append(_java(folder, log, "master.Master", "--host", HOST, "--port", "0"))
        master = _waited(lambda: _found(log, r"Starting Spark master at (spark://\S+)"))
        for place in range(workers):
            work = ("--work-dir", folder / f"work-{place}", "--cores", "1", "--memory", memory)
            log_of = folder / f"worker-{place}.log"
            started.append(_java(folder, log_of, "worker.Worker", "--host", HOST, *work, master))
        for place in range(workers):
            done = folder / f"worker-{place}.log"
            _waited(lambda done=done: _found(done, "(Successfully registered)"))
        yield Cluster(master, started[1:])
    finally:
        for process in reversed(started):
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started, as a machine that loses its power."""
    for child in _children(process.pid):
        _kill(child)
    process.kill()
    process.wait()


def _kill(pid: int) -> None:
    for child in _children(pid):
        _kill(child)
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def executors(worker: subprocess.Popen[bytes]) -> int:
    """Count the executors that a worker has started."""
    return len(_children(worker.pid))


def _java(folder: Path, log: Path, what: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a daemon of Spark in the foreground, its words in a file."""
    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": " ".join(_SMALL),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
    }
    ports = ("--webui-port", "0")
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{what}", *ports, *arguments]
    with log.open("wb") as words:
        return subprocess.Popen(
            [str(part) for part in command], stdout=words, stderr=words, env=environment
        )


def _found(log: Path, pattern: str) -> str:
    told = re.search(pattern, log.read_text("utf-8", "replace"))
    return told[1] if told else ""


def _waited(what: Callable[[], str]) -> str:
    """Ask until there is an answer."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if answer := what():
            return answer
        time.sleep(0.2)
    raise TimeoutError("the cluster did not start in time")


def judged_with_a_loss(
    cluster: Cluster, data: Path, out: Path, words: Path, memory: str = "700m"
) -> int:
    """Judge on the cluster, kill the first worker in the middle; give the exit status.

    The middle is when some stages are kept with the workers and others are still to come.
    """
    junheng = Path(sys.executable).with_name("junheng")
    command = [junheng, "evaluate", data, "--standard", "cn-quality-2017", "--out", out,
               "--engine", "spark", "--spark-master", cluster.master, "--language", "en",
               "--spark-conf", "spark.sql.codegen.factoryMode=NO_CODEGEN",
               "--spark-conf", f"spark.executor.memory={memory}",
               "--spark-conf", f"spark.driver.extraJavaOptions={' '.join(_SMALL)}",
               "--spark-conf", f"spark.executor.extraJavaOptions={' '.join(_SMALL)}"]  # fmt: skip
    with words.open("wb") as log:
        job = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log)
        try:
            _waited_long(job, words)
            assert executors(cluster.workers[0]) > 0
            end(cluster.workers[0])
            return job.wait(timeout=3600)
        finally:
            end(job)


def _waited_long(job: subprocess.Popen[bytes], words: Path) -> None:
    """Wait until stages are done."""
    while not _found(words, r"Judging \(Spark\): ([2-9]) steps"):
        assert job.poll() is None, words.read_text("utf-8", "replace")
        time.sleep(0.1)
