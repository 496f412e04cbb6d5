"""Programs that developers run: the demo, the live test, the fault table, the version matrix, benchmarks."""
