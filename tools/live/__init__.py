"""The live test: a short run against the real DingTalk. See docs/live.md."""
