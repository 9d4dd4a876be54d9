"""Reports and letters as Word drafts and PDF: text with blanks only where a person must write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from junheng.report.bundle import Bundle
from junheng.report.letters import word
from junheng.report.letters.compose import Composer, text_of
from junheng.report.letters.paper import Paper
from junheng.report.letters.pdf import setter
from junheng.report.pictures.balance import balance
from junheng.report.pictures.county import settings, years
from junheng.report.pictures.maps import county_map
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.schools import strip

KINDS = ("self-evaluation", "review", "feedback", "rectification", "monitoring", "seven-chapters")
_PICTURES: Mapping[str, Callable[[Bundle], Picture]] = {
    "balance": balance,
    "schools": strip,
    "town-and-country": settings,
    "years": years,
    "map": county_map,
}


def compose(bundle: Bundle, kind: str, folder: Path | None = None) -> Paper:
    """Fill in one kind of report or letter for a county.

    `folder` may hold texts of one's own, such as `feedback.yaml`. Raises WrongUse for a kind that
    there is none of, StandardNeedsMending for a text that is not as one must be.
    """
    text = text_of(kind, bundle.standard.overlays, folder)

    def draw(name: str) -> Picture | None:
        make = _PICTURES[name]
        values = bundle.county.values
        known = bundle.standard.indicators and values.height
        # Nothing can be drawn against limits that the standard does not set.
        return make(bundle) if known and (make is not strip or values["limit"].count()) else None

    return Composer(bundle, draw).paper(text, kind)


def write(bundle: Bundle, folder: Path, kind: str) -> list[Path]:
    """Write one kind of report or letter as Word and as PDF."""
    paper, language = compose(bundle, kind), bundle.words.language
    paths = [folder / f"{paper.id}.docx", folder / f"{paper.id}.pdf"]
    word.write(paper, paths[0], language)
    paths[1].write_bytes(setter(language).pdf(paper))
    return paths


def self_evaluation(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the county's report on itself (自评报告)."""
    return write(bundle, folder, "self-evaluation")


def review(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the report of a higher office that has looked into it (复核报告)."""
    return write(bundle, folder, "review")


def feedback(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the letter that tells a county what was found (反馈意见)."""
    return write(bundle, folder, "feedback")


def rectification(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the notice of what is to be put right (整改通知)."""
    return write(bundle, folder, "rectification")


def monitoring(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the yearly report (年度监测报告)."""
    return write(bundle, folder, "monitoring")


def seven_chapters(bundle: Bundle, folder: Path) -> list[Path]:
    """Write the report in seven chapters (七章评估报告)."""
    return write(bundle, folder, "seven-chapters")
