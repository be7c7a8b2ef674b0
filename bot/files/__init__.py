"""YAML files to a served snapshot: reading, places, watching, git."""
