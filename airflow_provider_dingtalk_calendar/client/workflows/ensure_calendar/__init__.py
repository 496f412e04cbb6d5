"""Create a subscribed calendar exactly once."""
