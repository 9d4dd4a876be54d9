"""junheng serve: the web server and the worker, kept running until told to stop."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import click

from junheng.cli.main import language as language_option
from junheng.errors import WrongUse, say
from junheng.web.commands.keeper import Keeper
from junheng.web.commands.ready import data as data_option
from junheng.web.commands.ready import django_ready


@click.command("serve")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="地址 Address.")
@click.option("--port", type=int, default=8000, show_default=True, help="端口 Port.")
@click.option("--workers", type=int, default=2, show_default=True, help="网页进程数 Processes.")
@click.option("--demo", is_flag=True, help="模拟省 A synthetic province with all roles.")
@language_option
def command(data: Path, workers: int, language: str, **asked: Any) -> None:
    """启动网站 Serve the web application at http://127.0.0.1:8000.

    \b
    例 Examples:
        junheng serve --demo
        DATABASE_URL=postgres://junheng@/junheng junheng serve --data /srv/junheng --workers 4
    """
    host, port, demo = asked["host"], asked["port"], asked["demo"]
    _free(host, port)
    if demo:
        os.environ["JUNHENG_DEMO"] = "1"
    click.echo(say("web.preparing", language), err=True)
    django_ready(data)
    _prepare(demo=demo)
    bound = [f"--bind={host}:{port}", f"--workers={workers}"]
    keeper = Keeper(
        {
            "server": [sys.executable, "-m", "gunicorn", *bound, *_GUNICORN],
            "worker": [sys.executable, "-m", "django", "work"],
            "planner": [sys.executable, "-m", "django", "work", "--long"],
        },
        language,
    )
    address = f"http://{host}:{port}"
    click.echo(say("web.serving", language, address=address, data=data.resolve()), err=True)
    keeper.run()


_GUNICORN = [
    "--worker-class=gthread",  # one thread of a process writes for all that wait, see audit.together
    "--threads=16",
    "--timeout=60",
    "--graceful-timeout=20",
    "--log-level=warning",
    "--max-requests=5000",
    "--max-requests-jitter=500",
    "junheng.web.project.wsgi:application",
]


def _free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise WrongUse("web.port_taken", host=host, port=port, other=port + 1) from taken


def _prepare(*, demo: bool) -> None:
    from django.conf import settings
    from django.core.management import call_command

    if not settings.BUILT.is_dir():
        raise WrongUse("web.unbuilt")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    if demo:
        call_command("demo_province")
