"""The way to balance: projections, gaps, the least-cost plan, what-if, rotation and siting."""
