"""Listeners: acknowledge, one call to a service, one reply."""
