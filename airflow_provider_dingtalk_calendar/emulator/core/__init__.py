"""The basis for the rest of the emulator: errors, contracts, times and page tokens."""
