"""The archive of evidence: what proves what was filled in, kept by content, marked by reviewers."""
