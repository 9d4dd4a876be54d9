"""Speed and memory, as ratios within one run on the same work. `make bench` prints the table."""
