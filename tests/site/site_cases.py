"""Small siting problems, and their best answers found by trying every set of open sites."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from junheng.plan.site_core import Core, of_choice, sound


def made(seed: int, n: int = 6, m: int = 4, *, whole: bool = True, sizes: bool = True) -> Core:
    """Throw a problem: sites that must stay, that can be enlarged, that cost, that are out of reach."""
    dice = np.random.default_rng(seed)
    pupils = dice.integers(1, 12, n).astype(float)
    km = np.round(dice.uniform(0.2, 9.0, (n, m)), 2)
    link = np.where(km <= dice.choice([6.0, 8.0, 99.0]), pupils[:, None] * km, np.inf)
    capacity = np.full(m, np.inf)
    largest, smallest = capacity.copy(), np.zeros(m)
    if sizes:
        capacity = np.round(dice.uniform(0.3, 1.0, m) * pupils.sum())
        largest = np.round(capacity * dice.choice([1.0, 1.4], m))
        smallest = np.round(capacity * dice.choice([0.0, 0.0, 0.5], m))
    costly = dice.random() < 0.5
    return Core(
        link=link,
        pupils=pupils,
        fixed=np.round(dice.uniform(-5, 40, m), 1) * costly,
        must=dice.random(m) < 0.2,
        smallest=smallest,
        capacity=capacity,
        largest=largest,
        place=np.round(dice.uniform(0, 3, m), 1) * (sizes and costly),
        most=int(dice.integers(1, m + 1)),
        whole=whole,
    )


def best_by_trying(core: Core) -> float:
    """Give the least cost over all sets of open sites and all choices; inf where there is none."""
    n, m = core.link.shape
    best = np.inf
    for size in range(1, min(core.most, m) + 1):
        for sites in combinations(range(m), size):
            is_open = np.isin(np.arange(m), sites)
            if np.all(is_open[core.must]):
                best = min(best, _best_choice(core, is_open, n, sites))
    return best


def _best_choice(core: Core, is_open: np.ndarray, n: int, sites: tuple[int, ...]) -> float:
    best = np.inf
    for choice in product(sites, repeat=n):
        at = np.array(choice)
        load = np.bincount(at, weights=core.pupils, minlength=len(core.fixed))
        fits = np.all(load <= np.where(is_open, core.largest, 0))
        enough = np.all(load[is_open] >= core.smallest[is_open])
        if fits and enough and np.isfinite(core.link[np.arange(n), at]).all():
            answer = of_choice(core, at, is_open)
            assert sound(core, answer.share, is_open)
            best = min(best, answer.cost)
    return best


def best_by_textbook(core: Core) -> float:  # noqa: C901  # row by row, as it is printed
    """Give the least cost by HiGHS on the full model of the textbooks, every link in it; inf if none.

    Written row by row, apart from what is tested.
    """
    import highspy

    n, m = core.link.shape
    made = highspy.Highs()
    made.setOptionValue("output_flag", False)
    made.setOptionValue("mip_rel_gap", 0.0)
    kind = highspy.HighsVarType.kInteger
    share_kind = kind if core.whole else highspy.HighsVarType.kContinuous
    x = [[made.addVariable(0, 1, core.link[i, j], share_kind) if np.isfinite(core.link[i, j])
          else None for j in range(m)] for i in range(n)]  # fmt: skip
    y = [made.addVariable(float(core.must[j]), 1, core.fixed[j], kind) for j in range(m)]
    top = [min(core.largest[j], 1e6) for j in range(m)]
    room = [
        0.0 if np.isinf(core.capacity[j]) else core.largest[j] - core.capacity[j] for j in range(m)
    ]
    u = [made.addVariable(0, room[j], core.place[j]) for j in range(m)]
    for i in range(n):
        present = [each for each in x[i] if each is not None]
        if not present:
            return np.inf
        made.addConstr(sum(present) == 1)
    for j in range(m):
        load = [core.pupils[i] * x[i][j] for i in range(n) if x[i][j] is not None]
        if load:
            made.addConstr(sum(load) - (top[j] - room[j]) * y[j] - u[j] <= 0)
            made.addConstr(sum(load) - core.smallest[j] * y[j] >= 0)
        elif core.smallest[j] > 0:
            made.addConstr(core.smallest[j] * y[j] <= 0)
        made.addConstr(u[j] - room[j] * y[j] <= 0)
        for i in range(n):
            if x[i][j] is not None:
                made.addConstr(x[i][j] - y[j] <= 0)
    made.addConstr(sum(y) <= core.most)
    made.run()
    if made.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return np.inf
    return float(made.getInfo().objective_function_value)
