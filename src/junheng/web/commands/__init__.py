"""The commands that need the web application: serve, manage, backup and restore, package and receive."""
