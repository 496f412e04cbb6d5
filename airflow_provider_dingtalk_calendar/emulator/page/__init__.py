"""The page at ``/``, on which people see the calendars and the requests."""
