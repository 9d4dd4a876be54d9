"""What stands in each county of the matrix's world: filings under way, evidence, steps, jobs, verdicts."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import world as tree
import xlsxwriter
from canaries import data, name
from django.utils import timezone
from papers import pdf
from world import World
from world_plans import Planning

from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import found
from junheng.web.audit.models import Chain
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
from junheng.web.collection.models import Filing, FilingState, Record, Revision
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.models import Line, Mark, Piece, Version
from junheng.web.jobs.models import Job, State
from junheng.web.reviews import models as reviews
from junheng.web.verdicts.services import make_official, refresh


def build() -> World:
    """Make the world in an empty database."""
    world = World()
    for kind, code, above in tree.TREE:
        parent = world.places[above] if above else None
        world.places[code] = found(kind, code, f"模拟{name(code)}", parent, by=None)
    tree.appoint_people(world)
    tree.collect(world, "990000", tree.COUNTIES[:3])
    tree.collect(world, "980000", tree.COUNTIES[3:])
    for county in tree.COUNTIES:
        Furnishing(world, county).all()
        Planning(world, county).all()
    tree.actors(world)
    for chain in Chain.objects.select_related("organisation"):
        world.add("chain", chain.organisation.code, chain.pk)
    return world


class Furnishing:
    """Puts one object of every kind into one county."""

    def __init__(self, world: World, county: str) -> None:
        self.world, self.county = world, county
        self.schools = (f"{county}0001", f"{county}0002")
        own = tree.campaign(world, county, (county,), 2024)
        self.own = tree.opened(own)

    def all(self) -> None:
        """Make everything."""
        tree.draft(self.world, self.county, (self.county,))
        if self.county == tree.COUNTIES[1]:
            tree.draft(self.world, f"{self.county[:4]}00", (self.county,))
        self._collected()
        self._procedure()
        self._judged()
        for school in self.schools:
            self._school(school)
        self._foreign_token()

    def _place(self, code: str) -> Organisation:
        return self.world.places[code]

    def _by(self, role: Role, code: str) -> Account:
        return self.world.people[role, code]

    def _filing(self, code: str, year: int = tree.YEAR) -> Filing:
        rows = Filing.objects.select_related("campaign", "organisation", "county")
        return rows.get(organisation__code=code, campaign__year=year)

    def _collected(self) -> None:
        """Note the filings of the province's campaign, and the county's own campaign."""
        filing = self._filing(self.county)
        self.world.add("county filing", self.county, filing.pk)
        self._evidence(filing, Role.COUNTY_CLERK, "county piece", "county version")
        paths = tuple(self._place(code).path for code in (self.county, *self.schools))
        self.world.add("county campaign", self.county, self.own.pk, paths=paths)

    def _procedure(self) -> None:
        """A county whose result is published: decided upon, defended, objected to, certified."""
        filing = self._filing(self.county, 2024)
        self.world.add("published filing", self.county, filing.pk)
        province, nation = f"{self.county[:2]}0000", "000000"
        decided = self._step(filing, "province_return", Role.PROVINCIAL_REVIEWER, province)
        defended = self._step(filing, "defend", Role.COUNTY_APPROVER, self.county)
        judge = self._by(Role.PROVINCIAL_REVIEWER, province)
        make_official(filing, by=judge, occasion="approved")
        shown = self._step(filing, "publish", Role.PUBLISHER, province)
        certified = self._step(filing, "recognise", Role.NATIONAL_REVIEWER, nation)
        Filing.objects.filter(pk=filing.pk).update(state=FilingState.IN_PUBLICATION)
        self.world.add("receipt", self.county, decided.pk)
        reviews.Objection.objects.create(
            filing=filing, decision=decided, kind="defence", raised=defended,
            answers=self._place(province), due=tree.TODAY,
        )  # fmt: skip
        publication = reviews.Publication.objects.create(
            filing=filing, step=shown, begins=tree.TODAY, ends=tree.TODAY + dt.timedelta(days=5)
        )
        self.world.add("publication", self.county, publication.pk)
        said = reviews.PublicObjection.objects.create(
            publication=publication, text=data(self.county), contact=data(self.county)
        )
        self.world.add("public objection", self.county, said.pk)
        one = reviews.Certificate.objects.create(
            filing=filing, step=certified, number=data(self.county), issued_on=tree.TODAY
        )
        self.world.add("certificate", self.county, one.pk)

    def _step(self, filing: Filing, step: str, role: Role, at: str) -> reviews.StepTaken:
        """Note a step as taken, with its place in the log and its reasons."""
        code, by = filing.organisation.code, self._by(role, at)
        entry = record(
            f"review.{step}", by=by, organisation=filing.organisation, about=f"filing:{filing.pk}",
            details={"text": data(code)},
        )  # fmt: skip
        why = {"table": "schools", "column": "name", "place": "", "why": data(code)}
        number = filing.steps.count() + 1
        Filing.objects.filter(pk=filing.pk).update(version=number + 1)
        return reviews.StepTaken.objects.create(
            filing=filing, number=number, step=step, source=filing.state,
            target=filing.state, by=by, at=self._place(at), taken_at=timezone.now(),
            day=tree.TODAY, text=data(code), items=[why], log_number=entry.number,
            log_digest=entry.digest,
        )  # fmt: skip

    def _judged(self) -> None:
        filing = self._filing(self.county)
        refresh(filing)
        by = self._by(Role.COUNTY_APPROVER, self.county)
        official = make_official(filing, by=by, occasion="submitted")
        self.world.add("official", self.county, official.pk)

    def _school(self, code: str) -> None:
        filing, sent = self._filing(code), self._filing(code, 2024)
        self.world.add("school filing", code, filing.pk)
        Filing.objects.filter(pk=sent.pk).update(state=FilingState.SUBMITTED)
        self.world.add("submitted filing", code, sent.pk)
        self._step(sent, "school_submit", Role.HEADMASTER, code)
        row = Record.objects.get(filing=filing, table="schools")
        clerk = self._by(Role.SCHOOL_CLERK, code)
        changes = {"public_funds": [None, row.reported["public_funds"]]}
        Revision.objects.create(
            record=row, by=clerk, source="reported", changes=changes, origin=data(code)
        )
        self._evidence(filing, Role.SCHOOL_CLERK, "piece", "version")
        self._job(filing, clerk)

    def _evidence(self, filing: Filing, role: Role, piece_kind: str, version_kind: str) -> None:
        """Keep a PDF and after it a workbook, with a picture and a reviewer's mark."""
        code = filing.organisation.code
        piece = Piece.objects.create(filing=filing, title=data(code))
        Line.objects.create(piece=piece, code=next(iter(of_filing(filing))).code)
        by = self._by(role, code)
        given: dict[str, Any] = {"piece": piece, "by": by, "media_type": "application/pdf"}
        picture = keep_bytes(f"\x89PNG {data(code)}".encode("latin-1"))
        for number, content in enumerate((pdf(data(code)), _book(data(code))), start=1):
            version = Version.objects.create(
                number=number, blob=keep_bytes(content), name=f"{data(code)}.bin", pages=1,
                previews=[picture.digest], **given,
            )  # fmt: skip
            self.world.add(version_kind, code, version.pk)
        expert = self._by(Role.EXPERT, self.county)
        Mark.objects.create(version=version, finding="question", comment=data(code), by=expert)
        self.world.add(piece_kind, code, piece.pk)

    def _job(self, filing: Filing, clerk: Account) -> None:
        """A workbook that was compared and waits to be taken over by who sent it."""
        code = filing.organisation.code
        change = {"table": "schools", "key": "", "column": "books", "was": None, "now": "5000",
                  "counts": None, "corrects": True}  # fmt: skip
        job = Job.objects.create(
            kind="collection.workbook", state=State.DONE, organisation=filing.organisation,
            by=clerk, arguments={"filing": filing.pk, "files": [], "back": "/"},
            result={"differences": [change], "notices": [data(code)], "next": "/"},
            problem=data(code),
        )  # fmt: skip
        ours = code == f"{tree.OURS}0001"
        owner = {"paths": (), "owner": Role.SCHOOL_CLERK.value if ours else code}
        self.world.add("job", code, job.pk, **owner)
        self.world.add("upload", code, filing.pk, second=job.pk, **owner)

    def _foreign_token(self) -> None:
        clerk = self._by(Role.SCHOOL_CLERK, self.schools[1])
        token = clerk.tokens.create(
            name=data(self.county), digest=data(self.county), permissions=["see"], ends=tree.TODAY
        )
        self.world.add("token", self.county, token.pk, paths=(), owner=f"another of {self.county}")


def _book(words: str) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("登记表").write(0, 0, words)
    return kept.getvalue()
