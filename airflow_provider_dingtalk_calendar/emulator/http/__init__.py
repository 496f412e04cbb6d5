"""The HTTP side of the emulator: requests, answers, and sockets."""
