"""The command line: thin commands over the library; words on stderr, results on stdout."""
