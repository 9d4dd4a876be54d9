"""Reminding people of deadlines, and telling them of steps: by mail, each once."""

from __future__ import annotations

import datetime as dt
import logging
import time
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job
from junheng.web.jobs.services import Apply, Tell, recurring, work
from junheng.web.reviews.models import Reminder, StepTaken
from junheng.web.reviews.selectors import Waiting, due_between, people_at, under_way, waiting
from junheng.web.reviews.steps import STEPS, Step

_LOG = logging.getLogger(__name__)
_EVERY = 3600.0
_FARTHEST = dt.timedelta(days=7)
_TOLD = (Permission.SUBMIT, Permission.REVIEW, Permission.PUBLISH, Permission.CERTIFY)
_last = {"at": -_EVERY}


def remind(today: dt.date) -> int:
    """Remind each person of each near or missed deadline once a tone; give how many were reminded."""
    rows = due_between(under_way(), dt.date.min, today + _FARTHEST).order_by("pk")
    return sum(_reminded(waiting(filing, today), today) for filing in rows.iterator(500))


def _reminded(one: Waiting, today: dt.date) -> int:
    people = {
        person.pk: person
        for step in one.steps
        if (at := _place(one.filing, step)) is not None
        for person in people_at(at, (step.permission,), today)
    }
    return sum(_remind_once(one, person) for person in people.values())


def _place(filing: Filing, step: Step) -> Organisation | None:
    return Organisation.objects.filter(pk__in=filing.organisation.keys, kind=step.at).first()


def _remind_once(one: Waiting, person: Account) -> bool:
    """The row and the mail stand or fall together: what could not be sent is tried again."""
    key = {"account": person, "filing": one.filing, "due": one.ends, "tone": one.tone}
    if Reminder.objects.filter(**key).exists():
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(**key)
            _mail_reminder(one, person)
    except IntegrityError:
        return False  # another worker was first
    except (OSError, SMTPException):
        _LOG.exception("Reminder to %s about filing %s was not sent", person.pk, one.filing.pk)
        return False
    return True


def _mail_reminder(one: Waiting, person: Account) -> None:
    with override(person.language):
        words = {
            "organisation": one.filing.organisation.name,
            "campaign": one.filing.campaign.name,
            "state": one.filing.get_state_display(),
            "due": date_format(one.ends) if one.ends else "",
            "tone": one.tone.label if one.tone else "",
            "steps": " / ".join(str(step.label) for step in one.steps),
        }
        subject = _("%(tone)s：%(organisation)s“%(campaign)s”%(due)s到期") % words
        body = (
            _("%(organisation)s的“%(campaign)s”现在是“%(state)s”，请在%(due)s前办理：%(steps)s。")
            % words
        )
    _send(subject, body, person)


@work("reviews.tell", later=True)
def tell(job: Job, _progress: Tell) -> Apply:
    """Tell by mail those whom a step concerns."""
    taken = StepTaken.objects.select_related(
        "filing__organisation", "filing__campaign", "by", "at"
    ).get(pk=job.arguments["taken"])
    told = STEPS[taken.step].told
    places = Organisation.objects.filter(pk__in=taken.filing.organisation.keys, kind__in=told)
    people = {p.pk: p for at in places for p in people_at(at, _TOLD, taken.day)}
    for person in people.values():
        _mail_step(taken, person)
    return lambda: {"told": len(people)}


def _mail_step(taken: StepTaken, person: Account) -> None:
    with override(person.language):
        words = {
            "organisation": taken.filing.organisation.name,
            "campaign": taken.filing.campaign.name,
            "who": taken.by.name,
            "where": taken.at.name,
            "what": str(STEPS[taken.step].done),
            "state": taken.get_target_display(),
        }
        subject = _("%(organisation)s“%(campaign)s”：%(state)s") % words
        body = (
            _(
                "%(where)s%(who)s对%(organisation)s的“%(campaign)s”办理了“%(what)s”，现在是“%(state)s”。"
            )
            % words
        )
    _send(subject, body, person)


def _send(subject: str, body: str, person: Account) -> None:
    if person.email:
        send_mail(subject, body, None, [person.email])


@recurring
def remind_hourly() -> bool:
    """Remind once an hour; called by the worker at every turn."""
    now = time.monotonic()
    if now - _last["at"] < _EVERY:
        return False
    _last["at"] = now
    return remind(timezone.localdate()) > 0
