"""A local Slack: a server that the real SDK talks to, for the demo and the tests."""
