"""Digests: when they are due, what they hold, when to try again. No I/O."""
