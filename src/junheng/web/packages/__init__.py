"""Signed files that carry a county's data and verdict up the levels, where there is no network."""
