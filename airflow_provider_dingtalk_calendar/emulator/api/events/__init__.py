"""The operations on events, their attendees, and free/busy times."""
