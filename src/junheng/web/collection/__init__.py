"""What schools and counties fill in: campaigns, filings, and records in three columns."""
