"""Files and SQL: briefings from YAML, deliveries and revisions in tables."""
