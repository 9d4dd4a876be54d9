"""A plan of a small county for tests: made by the library once a run, stored anew in each test."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from filled import account

from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import do, take
from junheng.web.planning import services
from junheng.web.planning.models import Plan, PlanResult

COUNTY = "990101"
FEW = b"rotation: {eligible: 60}"
"""The county's rotation is that of all its schools; here it has six."""
_known: list[dict[str, Any]] = []


def question(target: int = 2030, **more: Any) -> services.Question:
    given: dict[str, Any] = {"name": "规划一", "target": target, "seconds": 5, "gap": 0.05}
    return services.Question(**given | more)


def asked(filing: Filing, wanted: services.Question, limits: bytes | None = FEW) -> Plan:
    files = {"limits": SimpleUploadedFile("limits.yaml", limits)} if limits else {}
    return services.ask_plan(filing, wanted, files, by=account("county_clerk", COUNTY))


def made(filing: Filing, wanted: services.Question | None = None, **more: Any) -> Plan:
    """Have the worker make a plan."""
    plan = asked(filing, wanted or question(), **more)
    job = take(long=True)
    assert job is not None
    do(job)
    plan.job.refresh_from_db()
    return plan


def planned(filing: Filing, name: str = "规划一") -> Plan:
    """Give a plan with its result; the library is asked once a run."""
    if not _known:
        plan = made(filing, question(name=name))
        rows = PlanResult.objects.filter(plan=plan).values(
            "state", "cost", "bound", "gap", "digest", "payload"
        )
        _known.append(dict(rows.get()))
        return plan
    plan = asked(filing, question(name=name))
    Job.objects.filter(pk=plan.job_id).update(state=State.DONE)
    PlanResult.objects.create(plan=plan, **_known[0])
    return plan
