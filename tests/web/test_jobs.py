"""Who is served first: the worker takes what somebody waits for before what nobody waits for."""

from __future__ import annotations

from cast import Cast

from junheng.web.collection import workbooks
from junheng.web.jobs.services import enqueue, take


def test_a_workbook_goes_before_letters_that_came_earlier(cast: Cast) -> None:
    clerk = cast.people["clerk"]
    for kind in ("reviews.tell", "reviews.tell", workbooks.KIND):
        enqueue(kind, by=clerk, organisation=cast.places["990101"], arguments={})
    taken = [take() for _ in range(4)]
    assert [job and job.kind for job in taken] == [
        workbooks.KIND,
        "reviews.tell",
        "reviews.tell",
        None,
    ]
    assert taken[1] is not None
    assert taken[2] is not None
    assert taken[1].pk < taken[2].pk
