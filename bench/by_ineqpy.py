"""The coefficients alone with IneqPy, which takes one county, level and indicator at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ineqpy import statistics

from bench import numpy_pass


def nation(folder: Path) -> dict[str, float]:
    """Work out every coefficient of every year of a folder."""
    added, over = 0.0, 0
    limit = (numpy_pass.CV["primary"], numpy_pass.CV["junior"])
    for year in numpy_pass.years(folder):
        rows = numpy_pass.rows_of(folder, year)
        _, place = np.unique(rows.county, return_inverse=True)
        group = place * 2 + rows.level
        order = np.argsort(group, kind="stable")
        present, first = np.unique(group[order], return_index=True)
        for code, cut in zip(present, np.split(order, first[1:]), strict=True):
            pupils = rows.pupils[cut]
            for amount in rows.amounts[:, cut]:
                if np.isnan(amount).any() or np.isnan(pupils).any() or not amount.sum():
                    continue
                cv = float(statistics.coef_variation(amount / pupils, pupils))
                added += cv
                over += cv > limit[code % 2] * (1 + numpy_pass.SLACK)
    return {"cv_over": over, "cv_sum": added}
