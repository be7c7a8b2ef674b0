"""Block Kit: messages as data, and the limits Slack sets them. No I/O."""
