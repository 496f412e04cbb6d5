"""The hook, with its reading of connections, its masking of secrets and its tokens in Variables."""
