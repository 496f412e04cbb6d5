"""Deliberate failures: faults that a test orders, and random faults."""
