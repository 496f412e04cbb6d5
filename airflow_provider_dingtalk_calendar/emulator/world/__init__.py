"""What the emulated DingTalk remembers: calendars, events, people, tokens, limits."""
