"""The worker's phases: what becomes of a row from being acquired to its ending."""
