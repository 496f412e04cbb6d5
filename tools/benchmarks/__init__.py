"""Benchmarks: ``make bench`` runs all of them, ``python -m tools.benchmarks.NAME`` runs one."""
