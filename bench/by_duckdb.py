"""The same rules as SQL written by hand for DuckDB, all years at once: counted, or kept by their keys."""
# ruff: noqa: S608  # the folder is the benchmark's own

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

_NAMES = ("above_degree", "backbone", "pe_arts", "teaching", "sports", "equipment", "multimedia")
_PER = (100, 100, 100, 1, 1, 1, 100)
_LIMITS = {
    "primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
_SLACK = "(1 - 1e-9)"


def nation(folder: Path) -> dict[str, float]:
    """Judge every year of a folder in one query that gives counts and holds nothing else."""
    steps = ", ".join(f"{name} AS ({step})" for name, step in _steps(folder, kept=False).items())
    with duckdb.connect() as session:
        return _counts(session.execute(f"WITH {steps} {_COUNTED}").fetchall())


def kept(folder: Path) -> dict[str, float]:
    """Judge every year, and hold what junheng holds: values and verdicts of each section by its
    keys, means and coefficients of each county and level, verdicts of each county.
    """
    with duckdb.connect() as session:
        for name, step in _steps(folder, kept=True).items():
            kind = "TABLE" if name in _KEPT else "VIEW"
            session.execute(f"CREATE {kind} {name} AS {step}")
        return _counts(session.execute(_COUNTED).fetchall())


def _counts(rows: list[tuple[Any, ...]]) -> dict[str, float]:
    (row,) = rows
    names = ("sections_pass", "sections_fail", "resources_fail", "resources_pass", "cv_over")
    counts = {name: int(cell) for name, cell in zip(names, row, strict=False)}
    return counts | {"cv_sum": float(row[-1])}


_KEPT = ("judged", "cv", "county")
_COUNTED = """
    SELECT sum(passed), sum(failed), count(*) FILTER (failed > 0 OR over > 0),
           count(*) FILTER (failed = 0 AND over = 0 AND unknown = 0 AND NOT open),
           sum(over), sum(added) FROM county JOIN balance USING (year, county)
    """


def _steps(folder: Path, *, kept: bool) -> dict[str, str]:
    keys = ", school, level, name, kind, pupils" if kept else ""
    amounts = ", " + ", ".join(_NAMES) if kept else ""
    answers = ", ".join(
        f"v_{n}, l_{n}, v_{n} >= l_{n} * {_SLACK} AS met_{n}, "
        f"v_{n} >= 0.85 * l_{n} * {_SLACK} AS floor_{n}" for n in _NAMES)  # fmt: skip
    rows = "judged" if kept else "scope"
    section = f"{keys}{amounts}, {answers}" if kept else ""
    tallies = ", met, low, unknown" if kept else ""
    judged = keys + amounts + "".join(f", v_{n}, l_{n}, met_{n}, floor_{n}" for n in _NAMES)
    of_group = ", ".join(f"any_value(m_{n}) AS mean_{n}" for n in _NAMES)
    group = f"sum(pupils) AS pupils, count(*) AS schools, {of_group}, " if kept else ""
    values = ", ".join(
        f"{per} * {n} / pupils AS v_{n}" for n, per in zip(_NAMES, _PER, strict=True)
    )
    limits = ", ".join(
        f"CASE level WHEN 'primary' THEN {a}::DOUBLE ELSE {b}::DOUBLE END AS l_{n}"
        for n, a, b in zip(_NAMES, _LIMITS["primary"], _LIMITS["junior"], strict=True)
    )
    met = " + ".join(f"coalesce(v_{n} >= l_{n} * {_SLACK}, false)::INT" for n in _NAMES)
    low = " + ".join(f"coalesce(v_{n} < 0.85 * l_{n} * {_SLACK}, false)::INT" for n in _NAMES)
    unknown = " + ".join(f"(v_{n} IS NULL)::INT" for n in _NAMES)
    means = ", ".join(
        f"CASE WHEN count({n}) = count(*) AND count(pupils) = count(*) "
        f"THEN sum({n}) / sum(pupils) END AS m_{n}" for n in _NAMES)  # fmt: skip
    cvs = ", ".join(
        f"sqrt(sum(pupils * ({n} / pupils - m_{n}) ** 2) / sum(pupils)) / nullif(any_value(m_{n}), 0) AS c_{n}"
        for n in _NAMES
    )
    over = " + ".join(f"coalesce(c_{n} > {_CV}, false)::INT" for n in _NAMES)
    open_ = " OR ".join(f"c_{n} IS NULL" for n in _NAMES)
    added = " + ".join(f"coalesce(c_{n}, 0)" for n in _NAMES)
    return {
        "section": f"""
      SELECT year, school, level, pupils::DOUBLE AS pupils, above_degree::DOUBLE AS above_degree,
             backbone::DOUBLE AS backbone, pe_arts::DOUBLE AS pe_arts,
             pupils * CASE level WHEN 'primary' THEN 1 WHEN 'junior' THEN 1.1::DOUBLE ELSE 1.32::DOUBLE END AS w
      FROM '{folder}/sections.parquet'""",
        "campus": """
      SELECT year, school, CASE WHEN count(w) = count(*) THEN sum(w) END AS whole
      FROM section GROUP BY year, school""",
        "scope": f"""
      SELECT s.year, county, level, pupils, above_degree, backbone, pe_arts,
             (teaching_area * (w / whole) - indoor_sports_area * (w / whole))::DOUBLE AS teaching,
             (indoor_sports_area * (w / whole) + sports_ground_area * (w / whole))::DOUBLE AS sports,
             equipment_value * (w / whole) AS equipment, multimedia_rooms * (w / whole) AS multimedia
             {", school, name, kind" if kept else ""}
      FROM section s JOIN campus USING (year, school)
      JOIN '{folder}/schools.parquet' USING (year, school)
      WHERE level <> 'senior' AND pupils IS DISTINCT FROM 0
        AND kind NOT IN ('special', 'vocational')
        AND NOT (kind = 'teaching_point' AND pupils IS NOT NULL AND pupils < 50)""",
        "valued": f"SELECT year, county{keys}{amounts}, {values}, {limits} FROM scope",
        "tallied": f"SELECT year, county{section}, {met} AS met, {low} AS low, {unknown} AS unknown FROM valued",
        "judged": f"""
      SELECT year, county{judged if kept else ""}{tallies},
             low > 0 OR 7 - met - low - unknown > 1 AS failed,
             met >= 6 AND low = 0 AND unknown = 0 AS passed FROM tallied""",
        "mean": f"SELECT year, county, level, {means} FROM {rows} GROUP BY ALL",
        "cv": f"""
      SELECT year, county, level, {group}{cvs} FROM {rows} JOIN mean USING (year, county, level)
      GROUP BY ALL""",
        "balance": f"""
      SELECT year, county, sum({over}) AS over, bool_or({open_}) AS open, sum({added}) AS added
      FROM cv GROUP BY ALL""",
        "county": """
      SELECT year, county, count(*) FILTER (passed) AS passed, count(*) FILTER (failed) AS failed,
             count(*) FILTER (NOT failed AND NOT passed) AS unknown FROM judged GROUP BY ALL""",
    }  # fmt: skip


_CV = "CASE level WHEN 'primary' THEN 0.50 ELSE 0.45::DOUBLE END * (1 + 1e-9)"
