"""The web application: schools fill in, counties answer for it, each level above reviews."""
