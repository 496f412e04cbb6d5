"""The fault table: what a task makes of each failure, with this package and two alternatives."""
