"""Check a data set as the statistics office does: logic, and experience.

Logic findings contradict themselves and must be mended; experience findings are unusual, and are
mended or explained in writing. The rules are data, in `rules/*.yaml`.
"""

from junheng.check.checking import check
from junheng.check.finding import COLUMNS
from junheng.check.load import rules
from junheng.check.rule import Rule
from junheng.check.words import say_finding

__all__ = ["COLUMNS", "Rule", "check", "rules", "say_finding"]
