"""People, organisations, roles, and who may see and do what: decided here and nowhere else."""
