"""Briefings as YAML text, for tests that start from a file."""

SMALLEST = """\
id: harbour
title: What the storm did to the harbour
as_of: 2026-11
sources:
  port: {publisher: Port authority}
sections:
  - id: storm
    title: A storm hit the port
    claims:
      - id: losses
        text: About 40 boats were lost.
        sources: [port]
"""
"""The smallest briefing there is: twelve lines, and nothing to warn of."""
