"""What the pages of planning need of the template language."""
