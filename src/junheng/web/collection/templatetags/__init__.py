"""What the pages of filings need of the template language."""
