"""One call: its description, its effects, its repeats, its pace and its outcome."""
