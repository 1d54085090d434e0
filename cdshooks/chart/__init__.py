"""Gathering the chart: what a service asks for, what came, and the ledger of what came from where."""
