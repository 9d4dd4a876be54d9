"""Settings, root addresses, middleware and base templates of the web application."""
