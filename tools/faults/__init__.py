"""The fault table: how a task ends after each failure, with this package and with two alternatives."""
