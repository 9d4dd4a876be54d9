"""The rules, as data. No code lives here."""
