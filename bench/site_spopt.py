"""The yardstick of siting: spopt's p-median with PuLP's CBC, all links, as its guide shows it.

Usage: python site_spopt.py PROBLEM.npz SECONDS. Needs spopt and PuLP, and nothing of junheng.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np


def main(problem: str, seconds: float) -> None:
    """Solve and print seconds, cost and status."""
    began = time.perf_counter()
    import pulp
    from spopt.locate import PMedian

    with np.load(problem) as given:
        km, pupils, most = given["km"], given["pupils"], int(given["most"])
        capacity = given["capacity"]
    limits = {} if np.isinf(capacity).all() else {"facility_capacities": capacity}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = PMedian.from_cost_matrix(km, pupils, p_facilities=most, **limits)
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, gapRel=1e-4)
    model.problem.solve(solver)
    status = pulp.LpStatus[model.problem.status]
    proved = model.problem.sol_status == pulp.LpSolutionOptimal
    cost = pulp.value(model.problem.objective)
    print(json.dumps({"seconds": time.perf_counter() - began, "cost": cost, "status": status,
                      "proved": bool(proved)}))  # fmt: skip


main(sys.argv[1], float(sys.argv[2]))
