"""Tables of the reviews."""
