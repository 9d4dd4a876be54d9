"""English: 1 Mar 2026."""
