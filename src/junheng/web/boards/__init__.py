"""What people look at: the first page of each role."""
