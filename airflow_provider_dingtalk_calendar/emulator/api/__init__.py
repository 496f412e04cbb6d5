"""The operations by subject: each file holds routes, contracts and behaviour of its operations."""
