"""What operators share: base class, argument checks, batches, retries, task state, client tokens."""
