"""The live test: a short run against the real DingTalk; see docs/live.md."""
