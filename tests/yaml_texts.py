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

RICH = """\
id: harbour
title: What the storm did to the harbour
short: Harbour
bottom_line: >
  The storm sank about 40 boats, and another one is likely.
as_of: 2026-11~
verified: 2026-11-20
review_every: 30 days
handling: TLP:GREEN
audiences: {red: [U012AB3CD], clients: [], community: [C012AB3CD]}
matter: the dispute over the harbour
aliases: [port]
curators: "#harbour"
synonyms: [[boats, vessels]]
entities: {leeds: {name: Leeds, aliases: [Leodis]}}
search: {closest: 0.3, answered: 0.5}

sources:
  port: {publisher: Port authority, short: Port, party: the port, reliability: B}
  gazette:
    publisher: Harbour Gazette
    url: https://example.org/storm
    published: 2026-11-04
    accessed: 2026-11-05
    language: English
  witness: {unnamed: true, via: [gazette]}

sections:
  - id: storm
    short: Storm
    title: A storm sank about 40 boats
    aliases: [gale]
    summary: Only the number is in doubt.
    claims:
      - id: losses
        aliases: [sunk]
        text: >
          About 40 boats sank: "the worst night in years".
        short: About 40 boats sank
        caveat: Small boats are not counted.
        kind: estimate
        sources: [{id: port, locator: p. 3, quote: forty}, witness]
        figures: [{label: boats sunk, value: 40, unit: boats, approximate: true}]
        when: 2026-11-03
        credibility: 2
        verified: 2026-11-21
        revisions:
          - {date: 2026-11-10, kind: correction, was: About 30., because: New count.}
      - id: fewer
        text: Between 5 and 7 boats sank, the gazette says.
        sources: [gazette]
        figures: [{label: boats sunk, low: 5, high: 7, unit: boats}]
        contradicts: [losses]
        handling: TLP:AMBER
      - id: spring
        text: Another storm is likely before spring.
        kind: forecast
        sources: []
        basis: [losses]
        likelihood: likely
"""
"""A briefing that uses nearly every key there is."""
