"""Keep the events of a calendar equal to a list of events."""
