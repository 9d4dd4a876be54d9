"""junheng manage remind."""
