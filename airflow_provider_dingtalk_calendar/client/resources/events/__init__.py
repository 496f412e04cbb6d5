"""Events: their content, single events, lists and attendees."""
