"""What a table, a standard and a verdict are."""
