"""Pages of campaigns, filings and uploads."""
