"""Reading evidence for pages, always within what the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.collection.models import Filing
from junheng.web.evidence.catalogue import Wanted, of_filing
from junheng.web.evidence.models import Mark, Piece, Version


@dataclass(frozen=True, slots=True)
class Shelf:
    """One line of the catalogue, and the pieces that stand for it."""

    wanted: Wanted
    pieces: tuple[Piece, ...]


def filings(account: Account) -> QuerySet[Filing]:
    """Give the filings whose evidence an account may see."""
    found = Filing.objects.select_related("organisation", "campaign", "county")
    return scope.visible(found, account)


def pieces(account: Account) -> QuerySet[Piece]:
    """Give the pieces that an account may see, with versions and marks."""
    marks = Prefetch("marks", Mark.objects.select_related("by"))
    versions = Version.objects.select_related("by").prefetch_related(marks)
    found = Piece.objects.select_related("filing__organisation", "filing__campaign")
    seen = scope.visible(found, account, at="filing__organisation")
    return seen.prefetch_related("lines", Prefetch("versions", versions))


def versions(account: Account) -> QuerySet[Version]:
    """Give the versions that an account may see."""
    found = Version.objects.select_related("piece__filing__organisation", "piece__filing__campaign")
    return scope.visible(found, account, at="piece__filing__organisation")


def shelves(filing: Filing, account: Account) -> tuple[Shelf, ...]:
    """Give the whole catalogue of a filing, each line with its pieces: empty lines are missing."""
    by_line: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces(account).filter(filing=filing, withdrawn=False):
        for line in piece.lines.all():
            by_line[line.code].append(piece)
    return tuple(Shelf(line, tuple(by_line[line.code])) for line in of_filing(filing))


def missing(found: Sequence[Shelf]) -> list[Wanted]:
    """Give the lines for which nothing is there."""
    return [shelf.wanted for shelf in found if not shelf.pieces]


def search(account: Account, words: str) -> QuerySet[Piece]:
    """Find pieces by title, file name or organisation."""
    wanted = Q()
    for word in words.split():
        wanted &= (
            Q(title__icontains=word)
            | Q(versions__name__icontains=word)
            | Q(filing__organisation__name__icontains=word)
        )
    return pieces(account).filter(wanted, withdrawn=False).distinct()
