"""From tables of schools to verdicts, and from a verdict back to the cells and the clause."""

from junheng.evaluate.verdict import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
