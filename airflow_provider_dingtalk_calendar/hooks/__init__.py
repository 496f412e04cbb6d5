"""The hook, and the code that reads connections, masks secrets and keeps tokens in Variables."""
