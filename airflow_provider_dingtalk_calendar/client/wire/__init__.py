"""Values to and from JSON: checks, times, records and readers of answers."""
