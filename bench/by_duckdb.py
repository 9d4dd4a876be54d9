"""The same rules as SQL written by hand for DuckDB: one query over both files, all years at once."""

from __future__ import annotations

from pathlib import Path

import duckdb

_NAMES = ("above_degree", "backbone", "pe_arts", "teaching", "sports", "equipment", "multimedia")
_PER = (100, 100, 100, 1, 1, 1, 100)
_LIMITS = {
    "primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
_SLACK = "(1 - 1e-9)"


def nation(folder: Path) -> dict[str, float]:
    """Judge every year of a folder."""
    (row,) = duckdb.execute(_query(folder)).fetchall()
    names = ("sections_pass", "sections_fail", "resources_fail", "resources_pass", "cv_over")
    counts = {name: int(cell) for name, cell in zip(names, row, strict=False)}
    return counts | {"cv_sum": float(row[-1])}


def _query(folder: Path) -> str:
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
    return f"""
    WITH section AS (
      SELECT year, school, level, pupils::DOUBLE AS pupils, above_degree::DOUBLE AS above_degree,
             backbone::DOUBLE AS backbone, pe_arts::DOUBLE AS pe_arts,
             pupils * CASE level WHEN 'primary' THEN 1 WHEN 'junior' THEN 1.1::DOUBLE ELSE 1.32::DOUBLE END AS w
      FROM '{folder}/sections.parquet'),
    campus AS (
      SELECT year, school, CASE WHEN count(w) = count(*) THEN sum(w) END AS whole
      FROM section GROUP BY year, school),
    scope AS (
      SELECT s.year, county, level, pupils, above_degree, backbone, pe_arts,
             (teaching_area * (w / whole) - indoor_sports_area * (w / whole))::DOUBLE AS teaching,
             (indoor_sports_area * (w / whole) + sports_ground_area * (w / whole))::DOUBLE AS sports,
             equipment_value * (w / whole) AS equipment, multimedia_rooms * (w / whole) AS multimedia
      FROM section s JOIN campus USING (year, school)
      JOIN '{folder}/schools.parquet' USING (year, school)
      WHERE level <> 'senior' AND pupils IS DISTINCT FROM 0
        AND kind NOT IN ('special', 'vocational')
        AND NOT (kind = 'teaching_point' AND pupils IS NOT NULL AND pupils < 50)),
    valued AS (SELECT year, county, {values}, {limits} FROM scope),
    tallied AS (SELECT year, county, {met} AS met, {low} AS low, {unknown} AS unknown FROM valued),
    judged AS (
      SELECT year, county, low > 0 OR 7 - met - low - unknown > 1 AS failed,
             met >= 6 AND low = 0 AND unknown = 0 AS passed FROM tallied),
    mean AS (SELECT year, county, level, {means} FROM scope GROUP BY ALL),
    cv AS (
      SELECT year, county, level, {cvs} FROM scope JOIN mean USING (year, county, level)
      GROUP BY ALL),
    balance AS (SELECT year, county, sum({over}) AS over, bool_or({open_}) AS open, sum({added}) AS added
      FROM cv GROUP BY ALL),
    county AS (
      SELECT year, county, count(*) FILTER (passed) AS passed, count(*) FILTER (failed) AS failed,
             count(*) FILTER (NOT failed AND NOT passed) AS unknown FROM judged GROUP BY ALL)
    SELECT sum(passed), sum(failed), count(*) FILTER (failed > 0 OR over > 0),
           count(*) FILTER (failed = 0 AND over = 0 AND unknown = 0 AND NOT open),
           sum(over), sum(added) FROM county JOIN balance USING (year, county)
    """  # noqa: S608  # the folder is the benchmark's own


_CV = "CASE level WHEN 'primary' THEN 0.50 ELSE 0.45::DOUBLE END * (1 + 1e-9)"
