"""Sensors: what a DAG author imports to wait."""
