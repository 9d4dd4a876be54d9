"""From individual registers (teachers, classes, pupils) to the tables of the contract."""
