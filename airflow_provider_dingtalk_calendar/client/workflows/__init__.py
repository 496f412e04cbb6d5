"""Several calls under one rule."""
