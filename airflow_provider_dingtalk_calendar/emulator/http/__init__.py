"""HTTP as the emulator speaks it: the requests it reads, the answers it sends, the sockets."""
