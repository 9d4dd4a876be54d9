"""From individual registers (teachers, classes, pupils) to the tables of the contract."""

from junheng.derive.comparing import compare
from junheng.derive.definitions import Definitions, load_definitions
from junheng.derive.deriving import Derived, derive

__all__ = ["Definitions", "Derived", "compare", "derive", "load_definitions"]
