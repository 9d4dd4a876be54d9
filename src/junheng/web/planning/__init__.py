"""The planning workbench: gaps, what if, least-cost plans, and the ledger of tasks."""
