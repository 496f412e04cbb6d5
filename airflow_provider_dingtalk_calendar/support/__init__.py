"""Code that the operators share."""
