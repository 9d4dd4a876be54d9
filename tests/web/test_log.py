# ruff: noqa: S608  # a forger writes the statements
"""The log: who sees it, and every edit made past the application is found from outside."""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import Cast
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from junheng.web.audit import export, verify_log
from junheng.web.audit.chain import START, canonical
from junheng.web.audit.models import Chain, Entry
from junheng.web.audit.services import head_of, record

ClientOf = Callable[[str], Client]
VERIFIER = Path(verify_log.__file__)
COUNTY = "990101"


def body(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def chain_of(code: str = COUNTY) -> Chain:
    return Chain.objects.select_related("organisation").get(organisation__code=code)


def write(cast: Cast, times: int) -> None:
    with transaction.atomic():
        for number in range(times):
            details = {"值": number, "小数": 1.5, "行": [None, True, "改"]}
            school = cast.places["9901010001"]
            record("test.step", by=cast.people["clerk"], organisation=school, about=f"record:{number}",
                   details=details)  # fmt: skip


def verified(path: Path, *heads: Path | str) -> tuple[int, str]:
    """Run the one file, alone, as somebody without the system would."""
    given = [str(part) for head in heads for part in ("--head", head)]
    command = [sys.executable, "-I", str(VERIFIER), str(path), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def exported(folder: Path) -> tuple[Path, Path]:
    """Write out the county's log and the heads, as the pages do."""
    log, heads = folder / "log.jsonl", folder / "heads.json"
    log.write_bytes(b"".join(export.as_jsonl(chain_of())))
    heads.write_text(export.heads(Chain.objects.select_related("organisation")), "utf-8")
    return log, heads


@pytest.fixture
def kept(cast: Cast, tmp_path: Path) -> Path:
    """A log, of which the heads were taken down last week; then it went on."""
    write(cast, 20)
    folder = tmp_path / "last week"
    folder.mkdir()
    _, heads = exported(folder)
    write(cast, 10)
    return heads


def superuser(*statements: str) -> None:
    """Do what whoever owns the database can do: take the triggers away and change at will."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            for name in ("changed", "deleted"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_entry_not_{name}")
        for statement in statements:
            cursor.execute(statement)


def rehash(start: int) -> None:
    """Hash everything anew from an entry on, as a thorough forger would."""
    superuser()
    chain, previous = chain_of(), START
    for entry in chain.entries.order_by("number"):
        if entry.number >= start:
            told = export.row(entry, COUNTY) | {"previous": previous}
            fresh = verify_log.digest(told)
            Entry.objects.filter(pk=entry.pk).update(previous=previous, digest=fresh)
            entry.digest = fresh
        previous = entry.digest
    Chain.objects.filter(pk=chain.pk).update(head=previous)


def at(number: int) -> str:
    return f"chain_id = {chain_of().pk} AND number = {number}"


def set_(number: int, what: str) -> None:
    superuser(f"UPDATE audit_entry SET {what} WHERE {at(number)}")


def own_hash(number: int) -> None:
    entry = Entry.objects.get(chain=chain_of(), number=number)
    set_(number, f"digest = '{verify_log.digest(export.row(entry, COUNTY))}'")


def cell_and_hash() -> None:
    set_(12, "details = '{\"值\": 99}'")
    own_hash(12)


def insert() -> None:
    superuser(
        f"UPDATE audit_entry SET number = number + 1000 WHERE chain_id = {chain_of().pk} AND number >= 15",
        f"UPDATE audit_entry SET number = number - 999 WHERE chain_id = {chain_of().pk} AND number >= 1000",
        "INSERT INTO audit_entry (chain_id, number, at, actor, action, about, details, previous, digest)"
        f" SELECT chain_id, 15, at, actor, 'forged', about, details, previous, digest FROM audit_entry"
        f" WHERE {at(14)}",
    )


def swap() -> None:
    superuser(
        f"UPDATE audit_entry SET number = 9999 WHERE {at(13)}",
        f"UPDATE audit_entry SET number = 13 WHERE {at(14)}",
        f"UPDATE audit_entry SET number = 14 WHERE {at(9999)}",
    )


def cut_tail() -> None:
    """Delete the last entries and set the counter back, so that it looks as if nothing was there."""
    chain = chain_of()
    last = chain.entries.get(number=chain.length - 15)
    superuser(f"DELETE FROM audit_entry WHERE chain_id = {chain.pk} AND number > {last.number}")
    Chain.objects.filter(pk=chain.pk).update(length=last.number, head=last.digest)


def restore_and_go_on() -> None:
    cut_tail()
    with transaction.atomic():
        for _ in range(20):
            record("test.other", by=None, organisation=chain_of().organisation, about="record:0")


def rehash_all() -> None:
    set_(12, "details = '{\"值\": 99}'")
    rehash(12)


def drop_one_and_rehash() -> None:
    """Delete an entry in the middle, close the gap, and hash everything anew."""
    chain = chain_of()
    superuser(
        f"DELETE FROM audit_entry WHERE {at(12)}",
        f"UPDATE audit_entry SET number = number + 1000 WHERE chain_id = {chain.pk} AND number > 12",
        f"UPDATE audit_entry SET number = number - 1001 WHERE chain_id = {chain.pk} AND number > 1000",
    )
    Chain.objects.filter(pk=chain.pk).update(length=chain.length - 1)
    rehash(12)


EDITS: dict[str, Callable[[], object]] = {
    "change a cell": lambda: set_(12, "details = '{\"值\": 99}'"),
    "change a cell and its hash": cell_and_hash,
    "delete a middle entry": lambda: superuser(f"DELETE FROM audit_entry WHERE {at(12)}"),
    "cut the tail": cut_tail,
    "insert": insert,
    "swap two": swap,
    "change the actor": lambda: set_(12, "actor = 'headmaster'"),
    "change the time": lambda: set_(12, "at = '2020-01-01 00:00:00'"),
    "hash everything anew": rehash_all,
    "restore an old database and go on": restore_and_go_on,
    "drop one and hash everything anew": drop_one_and_rehash,
    "change what was done": lambda: set_(12, "action = 'filing.accept'"),
    "attach it to another object": lambda: set_(12, "about = 'record:99'"),
    "edit the table of heads": lambda: Chain.objects.filter(pk=chain_of().pk).update(head="f" * 64),
}
NEED_A_HEAD = {
    "cut the tail",
    "hash everything anew",
    "restore an old database and go on",
    "drop one and hash everything anew",
    "edit the table of heads",
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_past_the_application_is_found_with_a_head_that_was_kept(
    kept: Path, tmp_path: Path, edit: str
) -> None:
    EDITS[edit]()
    log, now = exported(tmp_path)
    status, said = verified(log, kept, now)
    assert status == 1, said
    alone, told = verified(log)
    assert "entries cut off at the end" in told, "without a head it says what it cannot find"
    assert alone == (0 if edit in NEED_A_HEAD else 1), told


def test_an_honest_log_is_confirmed_in_both_forms_and_by_a_receipt(
    cast: Cast, kept: Path, tmp_path: Path
) -> None:
    log, now = exported(tmp_path)
    assert verified(log, kept, now)[0] == 0
    assert verified(log, head_of(cast.places["9901010001"]))[0] == 0
    table = tmp_path / "log.csv"
    table.write_bytes(b"".join(export.as_csv(chain_of())))
    assert verified(table, kept)[0] == 0
    assert verified(log, f"{COUNTY}:3:{'0' * 64}")[0] == 1
    assert verified(log, "990102:3:" + "0" * 64)[0] == 1


def test_the_verifier_reads_a_hundred_thousand_entries_in_seconds(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    previous, log = START, tmp_path / "long.jsonl"
    with log.open("wb") as file:
        for number in range(1, 100_001):
            row = dict.fromkeys(verify_log.FIELDS[2:7], "某某") | {
                "organisation": "x", "number": number, "details": {"值": number}, "previous": previous,
            }  # fmt: skip
            previous = row["digest"] = verify_log.digest(row)
            file.write(canonical(row) + b"\n")
    assert verified(log, f"x:100000:{previous}")[0] == 0
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert used < 6, "a million entries must take less than a minute of a processor"


def test_an_auditor_sees_and_exports_the_logs_of_his_tree_alone(
    cast: Cast, client_of: ClientOf, tmp_path: Path
) -> None:
    write(cast, 3)
    with transaction.atomic():
        record("canary", by=None, organisation=cast.places["990102"], about="CANARY")
    client = client_of("auditor")
    page = client.get("/log/").content.decode()
    assert "record:2" in page
    assert "CANARY" not in page
    assert client.get(f"/log/{chain_of('990102').pk}.jsonl").status_code == 404
    assert client.get(f"/log/?chain={chain_of('990102').pk}").content.decode().count("<tr>") < 5
    heads, log = tmp_path / "heads.json", tmp_path / "log.jsonl"
    heads.write_bytes(body(client.get("/log/heads.json")))
    log.write_bytes(body(client.get(f"/log/{chain_of().pk}.jsonl")))
    assert json.loads(log.read_text("utf-8").splitlines()[-1])["action"] == "log.export"
    assert verified(log, heads)[0] == 0
    assert {head["organisation"] for head in json.loads(heads.read_text())["heads"]} == {COUNTY}
    assert body(client.get("/log/verify_log.py")) == VERIFIER.read_bytes()
    table = body(client.get(f"/log/{chain_of().pk}.csv")).decode("utf-8-sig")
    assert not [c for row in csv.reader(io.StringIO(table)) for c in row if c[:1] in "=+-@\t" and c]
    assert client_of("administrator").get("/log/").status_code == 404


def test_the_log_is_searched_and_paged_without_losing_or_repeating_an_entry(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of("auditor")
    client.get("/log/")
    with django_assert_max_num_queries(15) as few:
        client.get("/log/")
    write(cast, 120)
    with django_assert_max_num_queries(len(few)):
        client.get("/log/")
    address, seen = "/log/?action=test", []
    while address:
        page = client.get(address).content.decode()
        seen += [part.split("<")[0] for part in page.split("<td>record:")[1:]]
        older = page.split('rel="next" href="')[1:]
        address = "/log/" + older[0].split('"')[0].replace("&amp;", "&") if older else ""
    assert [int(each) for each in seen] == list(range(119, -1, -1))
    assert "record:" not in client.get("/log/?actor=nobody").content.decode()
    assert "record:" not in client.get("/log/?until=2020-01-01").content.decode()


def test_decimal_figures_are_hashed_as_text_so_that_both_databases_agree(cast: Cast) -> None:
    with transaction.atomic():
        entry = record(
            "x", by=None, organisation=cast.places[COUNTY], about="x", details={"a": 1e16}
        )
    entry.refresh_from_db()
    assert entry.details == {"a": "1e+16"}
