"""Where a county stands: the provisional verdict on every save, the official one on approval."""
