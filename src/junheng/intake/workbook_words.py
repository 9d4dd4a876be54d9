"""What is said of workbooks where none is opened: apart, so that a folder of CSV loads no guard."""

OLD, NEW = ".xls", ".xlsx"
SUFFIXES = (OLD, NEW)
NO_VALUE = "=?"
"""What stands for a formula that was saved without its value."""
