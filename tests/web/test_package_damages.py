"""A damaged or lying package is refused with every reason, and nothing is changed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from levels import (
    COUNTY,
    Levels,
    flipped,
    refused,
    rezipped,
)

from junheng.web.audit.chain import canonical, digest
from junheng.web.collection.models import Filing, FilingState
from junheng.web.packages.archive import pack, unpack
from junheng.web.packages.models import TrustedKey

pytestmark = pytest.mark.django_db


def left_out(wanted: str) -> Callable[[bytes], bytes]:
    return lambda content: rezipped(content, lambda n, c: None if n.startswith(wanted) else c)


def with_more(name: str, more: bytes) -> Callable[[bytes], bytes]:
    def add(content: bytes) -> bytes:
        kept = io.BytesIO(content)
        with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, more)
        return kept.getvalue()

    return add


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    **{
        f"a flipped bit in {name}": (flipped(name), "与清单不符")
        for name in (
            "records.json", "steps.json", "log.jsonl", "verdict.json", "inputs.zip",
            "evidence.json", "evidence/",
        )
    },
    "a changed manifest": (
        lambda c: rezipped(
            c, lambda n, m: m.replace(b'"year":2025', b'"year":2024') if n == "manifest.json" else m
        ),
        "签名与内容不符",
    ),
    "a broken manifest": (
        lambda c: rezipped(c, lambda n, m: m[:-1] if n == "manifest.json" else m),
        "manifest.json 的内容不合格式",
    ),
    "another signature": (
        lambda c: rezipped(
            c,
            lambda n, m: canonical(json.loads(m) | {"signature": "0" * 128})
            if n == "signature.json" else m,
        ),
        "签名与内容不符",
    ),
    "no signature": (left_out("signature.json"), "缺少 signature.json"),
    "no log": (left_out("log.jsonl"), "缺少 log.jsonl"),
    "no file of evidence": (left_out("evidence/"), "缺少 evidence/"),
    "a file that is not on the list": (with_more("virus.exe", b"MZ"), "多出清单里没有的 virus.exe"),
    "a path out of the folder": (with_more("../escaped", b"x"), "escaped"),
    "a zip bomb": (with_more("bomb.json", b"0" * 50_000_000), "bomb.json"),
    "half a file": (lambda c: c[: len(c) // 2], "不是数据包"),
    "no zip": (lambda c: b"junheng", "不是数据包"),
}  # fmt: skip


def test_every_damage_is_named_and_changes_nothing(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    for name, (damage, sentence) in DAMAGES.items():
        assert sentence in refused(levels, damage(sent.first)), name


def test_all_that_is_wrong_is_said_at_once(levels: Levels) -> None:
    sent = levels.county()
    filing = levels.city(sent.public)
    TrustedKey.objects.update(revoked_at=timezone.now())
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.WITH_PROVINCE)
    said = refused(levels, flipped("log.jsonl")(flipped("records.json")(sent.first)))
    for sentence in ("log.jsonl 与清单不符", "records.json 与清单不符", "停用", "不能再接收数据"):
        assert sentence in said


def resigned(
    levels: Levels, content: bytes, change: Callable[[Any, dict[str, bytes]], None]
) -> bytes:
    """Change what a package says and sign it anew with the county's own key."""
    found = unpack(levels.file(content))
    told = found.manifest.model_dump(mode="json", exclude={"members"})
    members = dict(found.members)
    change(told, members)
    levels.at("county")
    again = pack(told, members)
    levels.at("city")
    return again


def other_numbers(told: Any, members: dict[str, bytes]) -> None:
    records = json.loads(members["records.json"])
    rows = next(rows for code, rows in records.items() if code != COUNTY)
    row = next(r for r in rows if r["table"] == "sections" and r["statistics"].get("pupils"))
    row["statistics"]["pupils"] += 1
    members["records.json"] = canonical(records)


def impossible_numbers(told: Any, members: dict[str, bytes]) -> None:
    records = json.loads(members["records.json"])
    rows = next(rows for code, rows in records.items() if code != COUNTY)
    row = next(r for r in rows if r["table"] == "sections" and r["statistics"].get("pupils"))
    row["statistics"]["pupils"] = "=cmd()"
    members["records.json"] = canonical(records)


def better_verdict(told: Any, members: dict[str, bytes]) -> None:
    import hashlib

    verdict = json.loads(members["verdict.json"])
    county = verdict["counties"][0]
    county["verdict"] = "pass" if county["verdict"] != "pass" else "fail"
    members["verdict.json"] = canonical(verdict)
    told["verdict"] |= {
        "verdict": county["verdict"],
        "digest": hashlib.sha256(members["verdict.json"]).hexdigest(),
    }


def forged_log(told: Any, members: dict[str, bytes]) -> None:
    """Change what one entry says, and hash the whole chain anew, as who has the database could."""
    entries = [json.loads(line) for line in members["log.jsonl"].splitlines()]
    entries[0]["details"] = {"forged": True}
    previous = "0" * 64
    for entry in entries:
        entry["previous"] = previous
        entry["digest"] = previous = digest({k: v for k, v in entry.items() if k != "digest"})
    members["log.jsonl"] = b"".join(canonical(entry) + b"\n" for entry in entries)
    told["log"]["digest"] = previous


def cut_log(told: Any, members: dict[str, bytes]) -> None:
    lines = members["log.jsonl"].splitlines(keepends=True)
    members["log.jsonl"] = b"".join(lines[:-1])


def not_submitted(told: Any, members: dict[str, bytes]) -> None:
    told["filings"][1]["state"] = "draft"


def other_evidence(told: Any, members: dict[str, bytes]) -> None:
    pieces = json.loads(members["evidence.json"])
    pieces[0]["versions"][0]["name"] = "学历证书.png"
    members["evidence.json"] = canonical({"": pieces})[4:-1]


LIES: dict[Callable[[Any, dict[str, bytes]], None], str] = {
    other_numbers: "结论依据的数据与记录不一致",
    impossible_numbers: "不是这一列能填的值",
    better_verdict: "与数据包里的结论不同",
    forged_log: "在日志里没有，或与日志不符",
    cut_log: "日志",
    not_submitted: "没有审核通过",
    other_evidence: "与扩展名不符",
    lambda told, _: told["county"].update(code="990199"): "没有代码为990199的县",
    lambda told, _: told["campaign"].update(year=2024): "没有进行中的同一填报任务",
    lambda told, _: told["campaign"].update(standard_digest="0" * 64): "没有进行中的同一填报任务",
    lambda told, _: told["filings"].append(
        {
            "code": "9901019999",
            "name": "多一小",
            "kind": "school",
            "state": "accepted",
            "version": 1,
        }
    ): "多一小",
    lambda told, _: told.update(format=2): "不合格式",
    lambda told, _: told.update(surprise=1): "不合格式",
}


def test_what_does_not_agree_is_refused_though_the_county_itself_signed_it(levels: Levels) -> None:
    sent = levels.county()
    levels.city(sent.public)
    for lie, sentence in LIES.items():
        assert sentence in refused(levels, resigned(levels, sent.first, lie)), sentence
