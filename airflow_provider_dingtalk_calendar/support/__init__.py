"""What the operators share: base class, argument checks, lists of calls, retries, task state, client tokens."""
