"""The door out: verdicts as JSON, as Parquet, and as figures written for people."""
