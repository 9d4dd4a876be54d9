"""What a person is told who asks for an engine that is not there, or asks for it wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from junheng.cli import engine_session
from junheng.cli.main import cli

SPARK = ("--engine", "spark")


def told(*arguments: str) -> tuple[int, str]:
    judge = ["evaluate", "out", "--standard", "cn-quality-2017", *arguments]
    done = CliRunner().invoke(cli, judge)
    return done.exit_code, done.stderr


def test_without_the_extra_one_sentence_says_how_to_get_it(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert told(*SPARK) == (2, "没有安装Spark引擎。请运行：pip install 'junheng[spark]'\n")


def test_without_java_one_sentence_says_so(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    status, words = told(*SPARK)
    assert (status, words.count("\n")) == (2, 1)
    assert words.startswith("Spark需要Java 17或更高版本，但找不到java。")


def test_a_java_that_fails_is_said_in_one_sentence(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'Error: this Java is broken' >&2\nexit 1\n", "utf-8")
    java.chmod(0o755)
    junheng = Path(sys.executable).with_name("junheng")
    judge = [junheng, "evaluate", "out", "--standard", "cn-quality-2017", *SPARK]
    environment = os.environ | {"JAVA_HOME": str(tmp_path)}
    done = subprocess.run(
        judge, check=False, env=environment, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Spark没有启动（local[*]）：Error: this Java is broken。" in done.stderr


def test_a_master_without_spark_is_wrong_use() -> None:
    status, words = told("--spark-master", "local[2]")
    assert (status, words.count("--engine spark")) == (2, 1)


def test_an_address_without_spark_is_wrong_use() -> None:
    done = CliRunner().invoke(cli, ["check", "hdfs://name/data"])
    assert (done.exit_code, "hdfs://name/data要由Spark读取" in done.stderr) == (2, True)


@pytest.mark.parametrize("pair", ["spark.executor.memory", "memory=4g"])
def test_what_is_no_setting_is_named(pair: str) -> None:
    with pytest.raises(Exception, match=pair):
        engine_session.settings_of([pair])
