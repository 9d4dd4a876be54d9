"""Changes of the tables of planning."""
