"""A Spark session: quiet, in UTC, by the rules of ANSI SQL, closed when it is no longer needed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from junheng.errors import WrongUse, say

_SETTINGS = {
    "spark.app.name": "junheng",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.maxResultSize": "2g",
}
"""Rows are wide and plans many, so that compiling a whole stage rarely pays."""
_HERE = re.compile(r"local\b|spark://(127\.0\.0\.1|localhost):")
"""Masters that live in this machine: then nothing but the loopback address is opened."""
_LOCAL = {
    "spark.driver.memory": "2g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


def settings_of(pairs: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE pairs; WrongUse names the first that is none."""
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.startswith("spark."):
            raise WrongUse("engine.bad_setting", found=pair)
        found[name] = value
    return found


@contextmanager
def session(master: str | None, settings: Mapping[str, str], language: str) -> Iterator[Any]:
    """Give the session there is, or start one and stop it afterwards.

    Raises WrongUse where PySpark or Java is missing, or the session does not start.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise WrongUse("engine.no_pyspark") from error
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    started = _started(SparkSession.builder, master or "local[*]", settings)
    context = started.sparkContext
    fields = {"version": started.version, "cores": context.defaultParallelism}
    click.echo(say("engine.started", language, master=context.master, **fields), err=True)
    try:
        yield started
    finally:
        started.stop()


def _started(builder: Any, master: str, settings: Mapping[str, str]) -> Any:
    if not _java():
        raise WrongUse("engine.no_java")
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    local = _LOCAL if _HERE.match(master) else {}
    for name, value in {**_SETTINGS, **local, **settings}.items():
        builder = builder.config(name, value)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            with _errors_to(log):
                started = builder.master(master).getOrCreate()
        except (PySparkException, Py4JError, OSError) as error:
            reason = _reason(log) or str(error).partition("\n")[0]
            raise WrongUse("engine.not_started", master=master, reason=reason) from error
    started.sparkContext.setLogLevel("OFF")
    if "spark.sql.shuffle.partitions" not in settings:
        partitions = max(2, started.sparkContext.defaultParallelism)
        started.conf.set("spark.sql.shuffle.partitions", str(partitions))
    return started


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java") or (home and Path(home, "bin", "java").exists()))


@contextmanager
def _errors_to(log: IO[str]) -> Iterator[None]:
    """Send what Java says on its way up to a file: a person reads our one sentence instead."""
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _reason(log: IO[str]) -> str:
    """Find what Java said went wrong: the first line that names an error."""
    log.seek(0)
    lines = [line.strip() for line in log if re.search(r"(Error|Exception)\b", line)]
    return lines[0] if lines else ""
