"""Pages of sign-in, one's own account, people and organisations."""
