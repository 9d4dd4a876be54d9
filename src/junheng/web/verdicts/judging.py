"""Judging one county's data as they stand in the database, by the library alone."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from junheng.evaluate import Evaluation
from junheng.evaluate.regimes import Regime, regimes
from junheng.evaluate.verdict import Wide
from junheng.inmemory import judge
from junheng.intake.digest import of_tables
from junheng.model.standard import Standard
from junheng.report import as_json
from junheng.report.collected import of_evaluation
from junheng.web.collection.dataset import standard_of, tables
from junheng.web.collection.models import Filing

_DAY_OF_FILES = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Case:
    """A county's tables and the rules that judge them. What is derived is worked out when asked for."""

    tables: Mapping[str, pl.DataFrame]
    regime: Regime

    @property
    def standard(self) -> Standard:
        """The standard as of the day that counts."""
        return self.regime.standard

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Each table as the CSV that `junheng evaluate` reads."""
        return {name: frame.write_csv().encode() for name, frame in self.tables.items()}

    @cached_property
    def digest(self) -> str:
        """The fingerprint of the input, the same that `junheng evaluate` gives for these files."""
        return of_tables({n: hashlib.sha256(text).hexdigest() for n, text in self.files.items()})

    @cached_property
    def evaluation(self) -> Evaluation:
        """The judgement, made once for the verdict and all that explains it."""
        return judge(self.tables, self.standard)

    @property
    def wide(self) -> Wide:
        """The results wide, as explanations need them."""
        return self.evaluation.wide

    def payload(self) -> dict[str, Any]:
        """Give the verdict in the form of the contract's JSON."""
        collected = of_evaluation(self.evaluation, self.regime)
        return as_json.document([collected], [self.regime], self.standard, self.digest)

    def archive(self) -> bytes:
        """Give the inputs as a zip; the same tables give the same bytes."""
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.files.items():
                archive.writestr(zipfile.ZipInfo(f"{name}.csv", _DAY_OF_FILES), text)
        return kept.getvalue()


def case_of(filing: Filing) -> Case:
    """Read a county's data and rules as they stand; raises what the library raises."""
    return Case(tables(filing), regime_of(filing))


def regime_of(filing: Filing, year: int | None = None) -> Regime:
    """Give the rules that a county's filing is judged by, in its own school year or another."""
    found = regimes(standard_of(filing.campaign), [year or filing.campaign.year])
    code = filing.organisation.code
    return [each for each in found if not each.prefixes or code.startswith(each.prefixes)][-1]
