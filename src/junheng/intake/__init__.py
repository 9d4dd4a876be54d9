"""The door in: tables from files or memory, typed and checked, or every problem at once."""

from junheng.intake.dataset import Dataset
from junheng.intake.door import read, typed

__all__ = ["Dataset", "read", "typed"]
