"""What the shared parts of pages need of the template language."""
