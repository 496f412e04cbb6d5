"""What can go wrong on purpose: faults that a test orders, and faults by chance."""
