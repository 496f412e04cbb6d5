"""One call: what it is, what it asks for, when it is repeated, and what its outcome means."""
