"""Check a data set as the statistics office does: logic, and experience."""
