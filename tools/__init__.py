"""Programs that developers run: demo, live test, fault table, version matrix and benchmarks."""
