"""What everything else in the emulator builds on: errors, contracts, times, page tokens."""
