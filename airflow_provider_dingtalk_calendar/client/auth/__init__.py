"""Credentials and access tokens: how to get them, keep them and share them."""
