"""A local Slack: a server on loopback that the real SDK talks to. Knows no bot."""
