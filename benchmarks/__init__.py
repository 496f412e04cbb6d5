"""What ours costs beside other ways: ``make bench``, or one alone with ``python -m benchmarks.NAME``."""
