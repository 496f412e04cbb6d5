"""The data of the emulated DingTalk: calendars, events, people, tokens and limits."""
