"""What operators share: base class, argument checks, batches, retries, and state and identity of a task."""
