"""Keep what is in a calendar equal to a list."""
