"""The forms of the national statistics, as they are exported, into the tables of the contract."""

from junheng.intake.statistics.importing import Import, Wanted, bring_in

__all__ = ["Import", "Wanted", "bring_in"]
