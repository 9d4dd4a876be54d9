"""Pages for auditors, and the catalogue of stored fields."""
