"""Every number on the boards of a random province is that of `junheng evaluate` on the same files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from boarded import client_of, shown
from django.utils import timezone
from filled import PASSWORD, account
from lxml import html

from junheng.web.collection.models import Campaign, Filing
from junheng.web.project import demo
from junheng.web.verdicts.services import refresh

pytestmark = pytest.mark.django_db
COUNTIES, SCHOOLS, YEAR = 3, 8, 2025
Row = dict[str, Any]


@pytest.fixture
def seed() -> int:
    """JUNHENG_SEED asks for the province of an earlier run."""
    chosen = int(os.environ.get("JUNHENG_SEED") or secrets.randbelow(10**6))
    sys.stdout.write(f"JUNHENG_SEED={chosen}\n")
    return chosen


@pytest.fixture
def frames(seed: int) -> demo.Frames:
    return demo.data(COUNTIES, (YEAR, YEAR), SCHOOLS, seed)


@pytest.fixture
def campaign(db: None, frames: demo.Frames) -> Campaign:
    places = demo.organisations(frames)
    demo.people(places, PASSWORD)
    made = demo.campaign(places, YEAR, today=timezone.localdate())
    demo.plant(made, frames)
    for county in counties(made):
        refresh(county)
    return made


def counties(campaign: Campaign) -> list[Filing]:
    rows = campaign.filings.filter(organisation__kind="county")
    return list(rows.select_related("campaign", "organisation"))


def evaluated(frames: demo.Frames, folder: Path) -> dict[str, Row]:
    """Give what the command says of each county."""
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv")
    command = [str(Path(sys.executable).with_name("junheng")), "evaluate", str(folder)]
    done = subprocess.run(
        [*command, "--standard", "cn-quality-2017", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {county["county"]: county for county in json.loads(done.stdout)["counties"]}


def figures(county: Row) -> Row:
    """Count what boards count, from the command's answer."""
    sections = [section["verdict"] for section in county["sections"]]
    compared = [row for row in county["balance"] if row["limit"] is not None]
    known = [row["cv"] / row["limit"] for row in compared if row["cv"] is not None]
    items = [row["verdict"] for row in county["items"] if row["part"] != "veto"]
    return {
        "pass": sections.count("pass"),
        "fail": sections.count("fail"),
        "not_assessed": sections.count("not_assessed"),
        "over": sum(row["verdict"] == "unmet" for row in compared),
        "items": items.count("unmet"),
        "open": items.count("not_assessed"),
        "far": max(known, default=None),
    }


def test_boards_of_a_random_province_say_what_evaluate_says(
    campaign: Campaign, frames: demo.Frames, tmp_path: Path
) -> None:
    wanted = evaluated(frames, tmp_path)
    assert len(wanted) == COUNTIES
    reader = client_of(account("provincial_reviewer", "990000"))
    where = campaign.owner_id, campaign.pk
    levels = {row["level"] for county in wanted.values() for row in county["balance"]}
    tables = {level: shown(reader, "province", *where, show=level) for level in levels}
    overview = html.fromstring(shown(reader, "province", *where))
    exported = shown(reader, "province_table", *where, "csv").removeprefix("\ufeff")
    lines = {line[0]: line for line in csv.reader(io.StringIO(exported))}
    for filing in counties(campaign):
        told = wanted[filing.organisation.code]
        in_overview(overview, told)
        in_export(lines[told["county"]], told)
        for level, page in tables.items():
            in_table(page, told, level)
        on_its_board(shown(reader, "county", filing.pk), told)
        for school in campaign.filings.filter(county=filing.organisation).exclude(pk=filing.pk):
            on_its_page(shown(reader, "school", school.pk), told, school.organisation.code)


def numbers(row: Any) -> list[float]:
    return [float(value) for value in row.xpath(".//data/@value")]


def in_overview(page: Any, told: Row) -> None:
    [row] = page.xpath(f"//tr[@data-county='{told['county']}']")
    counted = figures(told)
    whole = sum(counted[name] for name in ("pass", "fail", "not_assessed"))
    share = [counted["pass"] / whole] if whole else []
    far = [] if counted["far"] is None else [counted["far"]]
    assert numbers(row) == [*share, counted["over"], *far, counted["items"], counted["open"]]
    assert row.xpath(f".//*[contains(@class, 'state-{SAID[told['verdict']]}')]")


SAID = {"pass": "pass", "fail": "fail", "not_assessed": "unknown"}


def in_export(line: list[str], told: Row) -> None:
    counted = figures(told)
    cells = line[4:11]
    assert cells[:6] == [
        str(counted[name]) for name in ("pass", "fail", "not_assessed", "over", "items", "open")
    ]
    assert cells[6] == ("" if counted["far"] is None else repr(counted["far"]))
    cvs = [row["cv"] for row in told["balance"]]
    assert line[12:] == ["" if cv is None else repr(cv) for cv in cvs]


def in_table(page: str, told: Row, level: str) -> None:
    [row] = html.fromstring(page).xpath(f"//tr[@data-county='{told['county']}']")
    mine = [r["cv"] for r in told["balance"] if r["level"] == level and r["cv"] is not None]
    assert numbers(row) == mine


def on_its_board(page: str, told: Row) -> None:
    rows = html.fromstring(page).xpath("//tr[@data-level]")
    cvs = {
        (r.get("data-level"), r.get("data-indicator")): r.xpath(".//data/@value")[0] for r in rows
    }
    assert cvs == {(r["level"], r["indicator"]): repr(r["cv"]) for r in told["balance"]}
    counted = figures(told)
    top = html.fromstring(page).xpath("//dl[@class='board-distance']//data/@value")
    whole = sum(counted[name] for name in ("pass", "fail", "not_assessed"))
    assert [int(value) for value in top[:3]] == [counted["pass"], whole, counted["over"]]
    assert int(top[4]) == counted["items"]
    assert f"board-{told['verdict']}" in page


def on_its_page(page: str, told: Row, code: str) -> None:
    rows = html.fromstring(page).xpath("//tr[@data-indicator]")
    values = {
        (r.get("data-level"), r.get("data-indicator")): re.sub(r"[^\d.,?-].*", "", text(r))
        for r in rows
    }
    sections = [section for section in told["sections"] if section["school"] == code]
    assert values == {
        (section["level"], row["indicator"]): (
            "?" if row["value"] is None else f"{row['value']:,.2f}"
        )
        for section in sections
        for row in section["indicators"]
    }


def text(row: Any) -> str:
    return str(row.xpath("./td[1]")[0].text_content()).strip()
