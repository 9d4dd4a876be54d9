"""What the public sees and may say without signing in: counties in publication, and objections."""
