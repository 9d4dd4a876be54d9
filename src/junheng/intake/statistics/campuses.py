"""Campuses that are not counted as schools are added to their main school."""

from __future__ import annotations

from collections.abc import Sequence

from junheng.intake.statistics.figures import Figure, Said, School, total


def merge(schools: Sequence[School], said: Said) -> list[School]:
    """Add each campus that is no school of its own to its main school; amounts add up.

    One whose main school is not named, or not among the exports, stays by itself, and is said.
    """
    by_code = {school.code: school for school in schools}
    joined = []
    for campus in schools:
        if campus.counted:
            continue
        main = _main(campus, by_code)
        if main is None:
            said.notice("campus_alone", school=campus.code, main=campus.main or "—")
            continue
        _add(main, campus, said)
        joined.append(campus.code)
        said.notice("campus_joined", school=campus.code, main=main.code)
    return [school for school in schools if school.code not in joined]


def _main(campus: School, by_code: dict[str, School]) -> School | None:
    """Follow the codes of main schools to one that counts; None where they lead nowhere."""
    seen = {campus.code}
    found = by_code.get(campus.main or "")
    while found is not None and not found.counted and found.code not in seen:
        seen.add(found.code)
        found = by_code.get(found.main or "")
    return found if found is not None and found.counted and found.code not in seen else None


def _add(main: School, campus: School, said: Said) -> None:
    for key, figure in campus.figures.items():
        held = main.figures.get(key)
        if held is None:
            main.figures[key] = figure
            continue
        both: list[Figure] = [held, figure]
        main.figures[key] = total(both)
        if main.figures[key].value is None and any(each.value is not None for each in both):
            said.notice("campus_unknown", school=campus.code, main=main.code, column=key[0])
