"""Delivering once: rows that are planned, acquired, frozen, sent and confirmed."""
