"""Rendering: domain values in, `Part`s and views out. Pure: no I/O, no clock."""
