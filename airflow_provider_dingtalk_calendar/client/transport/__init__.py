"""The I/O: one driver for requests and one for httpx."""
