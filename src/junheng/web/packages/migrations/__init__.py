"""Changes of the tables in the database."""
