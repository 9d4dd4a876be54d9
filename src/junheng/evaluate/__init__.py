"""From tables of schools to verdicts, and from a verdict back to the cells and the clause."""

from junheng.evaluate.explain import Group, explain_balance, explain_contributions, explain_section
from junheng.evaluate.robustness import balance_flips, section_flips
from junheng.evaluate.verdict import Evaluation, evaluate

__all__ = [
    "Evaluation",
    "Group",
    "balance_flips",
    "evaluate",
    "explain_balance",
    "explain_contributions",
    "explain_section",
    "section_flips",
]
