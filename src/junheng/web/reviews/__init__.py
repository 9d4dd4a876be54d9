"""The way of a filing from school to nation: one table of steps, and everything that follows from it."""
