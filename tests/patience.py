"""How long tests wait for what must come."""

PATIENCE_S = 60.0
"""Only what hangs takes as long, on a slow machine or a busy one."""
