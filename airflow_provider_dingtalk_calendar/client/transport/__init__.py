"""The I/O: one driver on requests, one on httpx."""
