"""The Slack edge: listeners, blocks, messenger, audience."""
