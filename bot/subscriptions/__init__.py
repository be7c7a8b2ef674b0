"""Digests that people set up for themselves or for a channel."""
