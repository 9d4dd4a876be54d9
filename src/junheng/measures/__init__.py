"""Measures of inequality between schools, every pupil counting once.

All take and give Narwhals frames, eager or lazy, so the same code runs on Polars, DuckDB and
PySpark: wrap a frame with `narwhals.from_native`, unwrap the answer with `.to_native()`. With
x_i = amount_i / pupils_i, w_i = pupils_i / Σ pupils and μ = Σ amount / Σ pupils of a group:

- `per_pupil`: per · amount_i / pupils_i, multiplied before dividing
- `balance`: μ, s and cv of many indicators at once
- `coefficient_of_variation`: s = sqrt(Σ w_i (x_i - μ)²), cv = s / μ (差异系数)
- `unweighted_coefficient_of_variation`: the same with w_i = 1 / schools; it never decides
- `gini`: Σ_i Σ_j w_i w_j |x_i - x_j| / 2μ
- `theil_t`: Σ w_i (x_i/μ) ln(x_i/μ)
- `disparities`: gini, theil_t and its decomposition, of many indicators at once
- `theil_l`: Σ w_i ln(μ/x_i)
- `atkinson`: 1 - (Σ w_i (x_i/μ)^(1-ε))^(1/(1-ε))
- `extreme_ratio`: max x_i / min x_i
- `quantile_ratio`: Q(0.9) / Q(0.1), with Q(q) = min {x_i : F(x_i) >= q}
- `lorenz`: the points (Σ_{j<=i} w_j, Σ_{j<=i} w_j x_j / μ) in the order of x
- `decompose_theil_t`, `decompose_theil_l`, `decompose_squared_cv`: total = within + between
- `decompose_gini`: total = within + between + overlap
- `ratio_of_means`: μ of some schools / μ of others, such as urban and rural
- `contributions`: w_i (x_i - μ)² / s², which adds up to 1
- `cv_if`: the cv if x_i were another value and all else stayed

What is not known stays so. A measure of a group is null where an amount or the pupils of one row
are null, a school has no pupils (it has no value), a key is null, or there is no row; relative
measures also where μ is 0. An amount below 0 and one that is not a finite number are not known
either. Nothing is replaced by 0 or by a small number. No answer has a set order of rows.
"""

from junheng.measures.balance import balance
from junheng.measures.contributions import contributions, cv_if
from junheng.measures.decompose import (
    decompose_gini,
    decompose_squared_cv,
    decompose_theil_l,
    decompose_theil_t,
    ratio_of_means,
)
from junheng.measures.disparities import disparities
from junheng.measures.extremes import extreme_ratio, quantile_ratio
from junheng.measures.inequality import atkinson, gini, theil_l, theil_t
from junheng.measures.lorenz import lorenz
from junheng.measures.ratios import per_pupil
from junheng.measures.spread import coefficient_of_variation, unweighted_coefficient_of_variation

__all__ = [
    "atkinson",
    "balance",
    "coefficient_of_variation",
    "contributions",
    "cv_if",
    "decompose_gini",
    "decompose_squared_cv",
    "decompose_theil_l",
    "decompose_theil_t",
    "disparities",
    "extreme_ratio",
    "gini",
    "lorenz",
    "per_pupil",
    "quantile_ratio",
    "ratio_of_means",
    "theil_l",
    "theil_t",
    "unweighted_coefficient_of_variation",
]
