"""Work in the background: a table of jobs, and the worker that does them."""
