"""Commands of `junheng manage`."""
