"""What else stands in each county of the matrix's world: plans, tasks, packages and keys, outlines."""

from __future__ import annotations

import json

import world as tree
from canaries import data
from world import World

from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.roles import Role
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep_bytes
from junheng.web.boards.models import Drawn, Outline, RoadmapYear
from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job
from junheng.web.packages.models import Made, Received, TrustedKey
from junheng.web.planning.models import Answer, Plan, PlanResult, Proof, Scenario, Task, TaskSource


class Planning:
    """Puts plans, tasks, packages and outlines into one county."""

    def __init__(self, world: World, county: str) -> None:
        self.world, self.code = world, county
        self.county: Organisation = world.places[county]
        self.filing = Filing.objects.get(organisation=self.county, campaign__year=tree.YEAR)
        self.sent = Filing.objects.get(organisation=self.county, campaign__year=2024)
        self.by: Account = world.people[Role.COUNTY_APPROVER, county]
        self.blob: Blob = keep_bytes(data(county).encode())

    def all(self) -> None:
        """Make everything."""
        self._plans()
        self._task()
        self._packages()
        drawn = {"type": "FeatureCollection", "features": [], "name": data(self.code)}
        outline = keep_bytes(json.dumps(drawn).encode())
        for kind in Drawn:
            Outline.objects.create(place=self.county, kind=kind, blob=outline, by=self.by)
        RoadmapYear.objects.create(county=self.county, year=2031, by=self.by)

    def _plan(self) -> Plan:
        job = Job.objects.create(kind="planning.plan", organisation=self.county, by=self.by)
        name = data(self.code)
        return Plan.objects.create(filing=self.filing, name=name, arguments={}, job=job, by=self.by)

    def _plans(self) -> None:
        Scenario.objects.create(filing=self.filing, name=data(self.code), edits=[], by=self.by)
        self.world.add("plan", self.code, self._plan().pk)
        solved = self._plan()
        sheets: dict[str, object] = {"sheets": {"tasks": {"rows": []}}}
        PlanResult.objects.create(
            plan=solved, state="solved", cost=1.0, digest="-", workbook=self.blob,
            payload={"zh": sheets, "en": sheets, "document": {}},
            pictures={"zh": self.blob.digest, "en": self.blob.digest},
        )  # fmt: skip
        self.world.add("solved plan", self.code, solved.pk)

    def _task(self) -> None:
        """One task of a department, with an answer and a file."""
        code = f"{self.code}-finance"
        lead, clerk = self.world.places[code], self.world.people[Role.DEPARTMENT, code]
        task = Task.objects.create(
            county=self.county, title=data(code), lead=lead, due=tree.TODAY, origin="canary",
            source=TaskSource.values[0], created_by=self.by,
        )  # fmt: skip
        said = Answer.objects.create(task=task, by=clerk, text=data(code))
        proof = Proof.objects.create(
            answer=said,
            name=data(code),
            blob=keep_bytes(data(code).encode()),
            media_type="text/plain",
        )
        paths = (self.county.path, lead.path)
        self.world.add("task", self.code, task.pk, paths=paths)
        self.world.add("proof", self.code, proof.pk, paths=paths)

    def _packages(self) -> None:
        made = Made.objects.create(
            filing=self.sent, digest=data(self.code), blob=self.blob, by=self.by
        )
        self.world.add("package made", self.code, made.pk)
        above = self.world.people[Role.PROVINCIAL_REVIEWER, f"{self.code[:2]}0000"]
        key = TrustedKey.objects.create(
            organisation=self.county, public=data(self.code), fingerprint=data(self.code), by=above
        )
        self.world.add("trusted key", self.code, key.pk)
        received = Received.objects.create(
            filing=self.sent, digest=data(self.code), blob=self.blob, key=key, manifest={},
            log_number=1, log_digest=data(self.code), by=above,
        )  # fmt: skip
        self.world.add("package received", self.code, received.pk)
