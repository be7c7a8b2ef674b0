"""Advice that is followed to the letter leads to no further message.

Each change makes one mistake in a good folder. What is said of it stands in full in
`advice.txt`. Where a message tells what to write, `tests/advice.py` writes just that;
where it leaves the words to the curator, `BY_HAND` has what one of them would write.
Every way that a message offers is gone, and `check` then has nothing to say.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.briefing.lint import lint
from bot.errors import BriefingError, SettingsError
from bot.files.briefs import YamlBriefingSource
from bot.files.kept_questions import ask_kept
from tests.advice import Files, follow
from tests.golden_files import UPDATE
from tests.yaml_texts import SMALLEST

TODAY = date(2026, 11, 23)
HERE = Path(__file__).parent
TEXT = "text: About 40 boats were lost."
HEAD = "as_of: 2026-11\n"
GOOD = {
    "harbour.yaml": SMALLEST.replace(HEAD, f"{HEAD}verified: 2026-11-20\n"),
    "digests.yaml": """\
digests:
  - id: weekday
    title: Weekday brief
    briefings: [harbour]
    when: {cron: "0 8 * * mon-fri", timezone: Europe/London}
    to: ["#desk"]
""",
    "harbour.questions.yaml": """\
questions:
  - {q: How many boats were lost?, answer: losses}
""",
}
WHEN = '{cron: "0 8 * * mon-fri", timezone: Europe/London}'
JUDGED = "        sources: [port]\n"


def judged(claim: str) -> tuple[str, str]:
    """Add a claim of the desk's own."""
    return JUDGED, f"{JUDGED}      - {{id: own, {claim}}}\n"


def headed(keys: str) -> tuple[str, str]:
    """Add keys to the briefing."""
    return HEAD, f"{HEAD}{keys}\n"


def claimed(keys: str) -> tuple[str, str]:
    """Add keys to the claim."""
    return TEXT, f"{TEXT}\n        {keys}"


CHANGES: dict[str, tuple[str, str]] = {
    # What programs leave in files.
    "conflict in a list": (
        f"        {TEXT}\n",
        f"<<<<<<< HEAD\n        {TEXT}\n=======\n        text: Some boats were lost.\n"
        ">>>>>>> theirs\n",
    ),
    "conflict of three": (
        HEAD,
        f"<<<<<<< HEAD\n{HEAD}||||||| base\nas_of: 2026-09\n=======\nas_of: 2026-10\n"
        ">>>>>>> theirs\n",
    ),
    "conflict in a folded text": (
        TEXT,
        "text: >\n          About 40\n<<<<<<< HEAD\n          boats\n=======\n"
        "          ships\n>>>>>>> theirs\n          were lost.",
    ),
    "conflict in digests": (
        "  - id: weekday\n",
        "<<<<<<< HEAD\n  - id: weekday\n=======\n  - id: morning\n>>>>>>> theirs\n",
    ),
    # Signs that YAML keeps for itself.
    "channel in a list": ('["#desk"]', "[#desk]"),
    "channel behind a dash": ('["#desk"]', "\n      - #desk"),
    "channel bare": ('["#desk"]', "#desk"),
    "channel of words in a list": headed("curators: [#desk, U012AB3CD]"),
    "curator by name": headed("curators: @kim"),
    "curator by full name": headed("curators: @kim lee"),
    "curator behind a dash": headed("curators:\n  - U012AB3CE\n  - @kim"),
    "text that speaks to somebody": (TEXT, "text: @port spoke to the owners."),
    "recipient by name": ('["#desk"]', "[@kim]"),
    "text behind a hash": (TEXT, "text: #storm sank 40 boats."),
    "words behind a hash": (TEXT, "text: About 40 boats sank in the #storm of 2026."),
    "words behind a hash and blanks": ("title: A storm", "title: A storm  #gale"),
    "text starts with @": ("A storm hit the port", "@port says a storm hit it"),
    "text starts with *": (TEXT, "text: *About* 40 boats were lost."),
    "text starts with &": (TEXT, "text: & 40 boats were lost."),
    "text starts with !": (TEXT, "text: !About 40 boats were lost."),
    "text starts with ?": (TEXT, "text: ? 40 boats were lost."),
    "text starts with >": (TEXT, "text: > 40 boats were lost."),
    "text starts with a brace": (TEXT, "text: {About 40 boats were lost."),
    "text with a colon on its second line": (
        TEXT,
        "text: About 40 boats\n          were lost: the port says.",
    ),
    "cron starts with a star": (
        WHEN,
        "{cron: */30 8 * * mon, timezone: Europe/London}",
    ),
    "cron with a comma": (WHEN, "{cron: 0 8 * * mon,fri, timezone: Europe/London}"),
    "cron by a nickname": (WHEN, "{cron: @daily, timezone: Europe/London}"),
    "no space inside braces": ("{publisher: Port", "{publisher:Port"),
    "equals sign inside braces": ("{publisher: Port", "{publisher=Port"),
    "no space inside braces behind a comma": (
        WHEN,
        "{every: weekday, at:08:00, timezone: Europe/London}",
    ),
    "equals sign": ("as_of: 2026-11", "as_of = 2026-11"),
    "no space behind a dash": ("- id: losses", "-id: losses"),
    "wide colon": ("title: What", "title：What"),
    "no-break space behind a colon": ("title: What", "title:\u00a0What"),
    "no-break space in front": ("        text:", "\u00a0       text:"),
    "tabs in front": ("        text:", "\t\ttext:"),
    "tab in a folded text": (TEXT, "text: >\n\t\tAbout 40 boats were lost."),
    "tab behind a dash": ("- id: losses", "-\tid: losses"),
    "comma missing": ("[port]", '["port" "port"]'),
    "comma twice": ("[port]", "[port,,]"),
    "comma missing between keys": (
        "{publisher: Port authority}",
        "{publisher: Port authority short: Port}",
    ),
    "brace not closed before a bracket": claimed("figures: [{label: boats, value: 40]"),
    "one figure as a number": claimed("figures: 40"),
    "sources are words": ("[port]", "port authority"),
    "yes": ("{publisher: Port authority}", "{unnamed: yes}"),
    "number of three groups": (
        TEXT,
        "text: Of 4,000,000 boats 40 sank.\n"
        "        figures: [{label: boats, value: 4,000,000}]",
    ),
    "label with a space": headed("handling: TLP: GREEN"),
    # Shapes.
    "recipient is no list": ('["#desk"]', '"#desk"'),
    "recipient in words": ('["#desk"]', "Korea Desk"),
    "briefings are no list": ("[harbour]", "harbour"),
    "key in the singular, and no list": ("sources: [port]", "source: port"),
    "key of a digest in the singular": ("briefings: [harbour]", "briefing: harbour"),
    "aliases are one text": headed("aliases: 'anchorage, haven'"),
    "alias with a colon": headed("aliases: 'haven: old'"),
    "synonyms are one list": headed("synonyms: [boats, ships]"),
    "sources are a list of entries": (
        "port: {publisher: Port authority}",
        "- id: port\n    publisher: Port authority",
    ),
    "sources are a list of names": (
        "\n  port: {publisher: Port authority}",
        " [port]",
    ),
    "sources are missing": ("sources:\n  port: {publisher: Port authority}\n", ""),
    "sources have no value": ("\n  port: {publisher: Port authority}", ""),
    "sources are an empty list": (
        "\n  port: {publisher: Port authority}",
        " []",
    ),
    "schedule is an empty list": (WHEN, "[]"),
    "aliases are an empty mapping": headed("aliases: {}"),
    "claims are an empty mapping": (
        SMALLEST[SMALLEST.index("    claims:") :],
        "    claims: {}\n",
    ),
    "source is a text": ("{publisher: Port authority}", "Port authority"),
    "source is an address": ("{publisher: Port authority}", "https://example.org/x"),
    "source has no value": (" {publisher: Port authority}", ""),
    "claim cites a name": ("[port]", "[Port authority]"),
    "claim cites a place in a source": ("[port]", "{port: p. 3}"),
    "claim cites a place in a list": ("[port]", "[{port: p. 3}]"),
    "claim has no id": ("- id: losses\n        text", "- text"),
    "section has no id": ("- id: storm\n    title", "- title"),
    "claim is a text": (
        f"- id: losses\n        {TEXT}\n        sources: [port]",
        "- About 40 boats were lost.",
    ),
    "claims are a mapping": ("- id: losses\n  ", "losses:\n  "),
    "claims are missing": (SMALLEST[SMALLEST.index("    claims:") :], ""),
    "sections are missing": (SMALLEST[SMALLEST.index("sections:") :], ""),
    "briefing has no id": ("id: harbour\n", ""),
    "digests without their key": ("digests:\n", ""),
    "questions without their key": ("questions:\n", ""),
    "entity is a text": headed("entities: {leeds: Leeds}"),
    "entities are a list": headed("entities: [leeds]"),
    "schedule is a text": (WHEN, '"0 8 * * mon-fri"'),
    "schedule is words": (WHEN, "every weekday at eight"),
    "question is a text": ("{q: How many boats were lost?, answer: losses}", "Lost?"),
    "question without an answer": (", answer: losses", ""),
    "figures are no list": claimed("figures: {label: boats, value: 40}"),
    "audiences are a list": headed("audiences: [U012AB3CD]"),
    "revisions are no list": claimed(
        "revisions: {date: 2026-11-01, kind: update, was: None., because: News}"
    ),
    "revision without was": claimed(
        "revisions: [{date: 2026-11-01, kind: update, because: News}]"
    ),
    "key is there already": claimed("txet: About 40 boats were lost."),
    "key under another name": ("timezone:", "zone:"),
    "limit of coverage in words": headed("search: {answered: high}"),
    # Words, ids, dates, numbers.
    "kind in another word": claimed("kind: opinion"),
    "kind of rumours": claimed("kind: rumour"),
    "kind is a list": claimed("kind: [fact]"),
    "label without TLP": headed("handling: green"),
    "likelihood in percent": judged(
        "text: Another storm is likely., kind: forecast, sources: [], "
        "basis: [losses], likelihood: 60%"
    ),
    "credibility with reliability": claimed("credibility: B2"),
    "credibility in words": claimed("credibility: probably true"),
    "reliability in words": ("authority}", "authority, reliability: usually reliable}"),
    "language with a country": headed("language: en-GB"),
    "id with an accent": ("id: losses\n        text", "id: Verlüste\n        text"),
    "id in another script": ("- id: storm", "- id: шторм"),
    "id taken in other letters": (
        JUDGED,
        f"{JUDGED}      - {{id: Losses, text: Some sank., sources: [port]}}\n",
    ),
    "source under another id than cited": ("  port: {", "  Port Authority: {"),
    "claim contradicts nearly itself": claimed("contradicts: [loses]"),
    "date in words": ("as_of: 2026-11", "as_of: about 5 November 2026"),
    "date with the day first": ("as_of: 2026-11", "as_of: 19/10/2026"),
    "date that may be two": ("as_of: 2026-11", "as_of: 1/2/2026"),
    "date with short numbers": ("verified: 2026-11-20", "verified: 2026-11-5"),
    "date without its day": ("verified: 2026-11-20", "verified: 2026-11"),
    "month that does not exist": ("as_of: 2026-11", "as_of: 2026-13"),
    "review every month": headed("review_every: monthly"),
    "review in weeks": headed("review_every: 2 weeks"),
    "figure in words": claimed("figures: [{label: boats, value: about forty}]"),
    "figure in percent": claimed("figures: [{label: boats, value: 40%}]"),
    "figure is a range": (
        TEXT,
        "text: From 30 to 40 boats sank.\n"
        "        figures: [{label: boats, value: 30-40}]",
    ),
    "figure without a number": claimed("figures: [{label: boats, value: many}]"),
    "figure with equal ends": claimed("figures: [{label: boats, low: 40, high: 40}]"),
    "figure with both forms": claimed("figures: [{label: boats, value: 40, low: 40}]"),
    "address without its scheme": ("authority}", "authority, url: www.example.org/a}"),
    "address in brackets": ("authority}", "authority, url: <https://example.org/a>}"),
    # Digests.
    "cron with seconds": ("0 8 * * mon-fri", "0 0 8 * * mon-fri"),
    "cron with a year": ("0 8 * * mon-fri", "0 8 * * mon-fri 2026"),
    "cron of four fields": ("0 8 * * mon-fri", "0 8 * mon-fri"),
    "cron every minute": ("0 8 * * mon-fri", "* 8 * * mon"),
    "cron every five minutes": ("0 8 * * mon-fri", "*/5 8 * * mon"),
    "cron on days and weekdays": ("0 8 * * mon-fri", "0 8 1 * mon"),
    "cron backwards": ("mon-fri", "fri-mon"),
    "cron at a time": ("0 8 * * mon-fri", "8:00"),
    "cron beyond the hours": ("0 8 * *", "0 25 * *"),
    "time of one number": (WHEN, "{every: day, at: 8, timezone: Europe/London}"),
    "time in the evening": (WHEN, "{every: day, at: 8.30 pm, timezone: Europe/London}"),
    "time beyond the day": (WHEN, '{every: day, at: "24:00", timezone: Europe/London}'),
    "no time": (WHEN, "{every: day, timezone: Europe/London}"),
    "no days": (WHEN, "{at: 08:00, timezone: Europe/London}"),
    "two forms of schedule": (WHEN, f"{{every: day, at: 08:00, {WHEN[1:]}"),
    "daily": (WHEN, "{every: daily, at: 08:00, timezone: Europe/London}"),
    "several days": (
        WHEN,
        "{every: [monday, friday], at: 08:00, timezone: Europe/London}",
    ),
    "zone by its city": ("Europe/London", "London"),
    "zone by an abbreviation": ("Europe/London", "BST"),
    "grace in letters": ('["#desk"]', '["#desk"]\n    grace: 6h'),
    "holiday in words": ('["#desk"]', '["#desk"]\n    holidays: [25 December 2026]'),
    "channel with capitals": ('"#desk"', '"#Desk"'),
    "channel by its link": ('"#desk"', '"https://x.slack.com/archives/C012AB3CD"'),
    "direct message for a recipient": ('"#desk"', "D012AB3CD"),
    "section without its briefing": ("briefings: [harbour]", "sections: [storm]"),
    "section that is not there": ("briefings: [harbour]", "sections: [harbour/strom]"),
    "digest of nothing": ("    briefings: [harbour]\n", ""),
    "question with an unknown claim": ("answer: losses", "answer: zzz"),
    # Warnings.
    "recipient with and without workspace": ('["#desk"]', '["#desk", "T012/#desk"]'),
    "curator of words": headed('curators: "Korea Desk"'),
    "curator by address": headed("curators: kim@example.org"),
    "channel of curators with capitals": headed('curators: "#Korea Desk"'),
    "limit beyond one": headed("search: {answered: 50}"),
    "red for nobody": claimed("handling: TLP:RED"),
    "estimate as a count": (
        TEXT,
        "text: The storm sank 40 boats.\n        kind: estimate",
    ),
    "forecast as a fact": (TEXT, "text: The storm will pass.\n        kind: forecast"),
    "judgment in vague words": judged(
        "text: Another storm may come., kind: forecast, sources: [], "
        "basis: [losses], likelihood: likely"
    ),
    "likelihood of another word": judged(
        "text: Another storm is unlikely., kind: forecast, sources: [], "
        "basis: [losses], likelihood: likely"
    ),
    "claim of four sentences": (
        TEXT,
        "text: A storm came. It was strong. It sank boats. It went.",
    ),
    "quote with another number": ("[port]", "[{id: port, quote: 47 boats sank}]"),
    "reason without a quote": ("[port]", "[{id: port, differs: It is rounded.}]"),
    "reason for nothing": (
        "[port]",
        "[{id: port, quote: 40 boats, differs: It is rounded.}]",
    ),
    "update that corrects": claimed(
        "revisions: [{date: 2026-11-02, kind: update, was: 30 boats sank., "
        "because: Count.}]"
    ),
    "question that is refused": ("How many boats were lost", "Who was king of France"),
    "question that is answered": ("answer: losses", "answer: none"),
    "question that passes": ("answer: losses", "answer: losses, fails: a gap"),
}
BARE = GOOD["harbour.yaml"]
FOLDERS: dict[str, Files] = {
    "id with capitals": {"harbour.yaml": BARE.replace("id: harbour", "id: Harbour")},
    "id and name with capitals": {
        "Harbour.yaml": BARE.replace("id: harbour", "id: Harbour")
    },
    "name with capitals": {"Harbour.yaml": BARE},
    "name with a number": {"harbour (1).yaml": BARE},
    "copy of a conflict": {
        "harbour.yaml": BARE,
        "harbour (conflicted copy 2026-11-01).yaml": BARE,
    },
    "copy of a synchronised folder": {
        "harbour.yaml": BARE,
        "harbour.sync-conflict-20261101-120000-ABC.yaml": BARE,
    },
    "copy with a good name": {"harbour.yaml": BARE, "harbour-copy.yaml": BARE},
    "id is reserved": {"summary.yaml": BARE.replace("id: harbour", "id: summary")},
    "no id": {"my_harbour.yaml": BARE.replace("id: harbour\n", "")},
    "file without content": {"harbour.yaml": BARE, "marina.yaml": ""},
    "digests without content": {"harbour.yaml": BARE, "digests.yaml": ""},
    "digests without a value": {"harbour.yaml": BARE, "digests.yaml": "digests:\n"},
    "copy of digests": {**GOOD, "digests-2.yaml": GOOD["digests.yaml"]},
    "questions for a briefing": {
        "harbour.yaml": BARE,
        "harbour-questions.yaml": GOOD["harbour.questions.yaml"],
    },
    "questions of nothing": {
        "harbour.yaml": BARE,
        "harbor.questions.yaml": GOOD["harbour.questions.yaml"],
    },
    "copy of questions": {
        **GOOD,
        "harbour (1).questions.yaml": GOOD["harbour.questions.yaml"],
    },
    "other ending": {"harbour.yaml": BARE, "digests.yml": GOOD["digests.yaml"]},
    "ending in capitals": {"harbour.yaml": BARE, "digests.YAML": GOOD["digests.yaml"]},
    "other ending beside it": {**GOOD, "harbour.yml": BARE},
    "folder in the folder": {**GOOD, "asia/harbour.yaml": BARE},
    "folder with another": {
        "harbour.yaml": BARE,
        "asia/marina.yaml": BARE.replace("id: harbour", "id: marina"),
    },
}
Edit = tuple[str, str]
BY_HAND: dict[str, tuple[tuple[Edit, ...], ...]] = {
    "text starts with >": (
        (("text: > 40", "text: >\n          40"),),
        (("text: > 40 boats were lost.", 'text: "40 boats were lost."'),),
    ),
    "text with a colon on its second line": (
        (("About 40", '"About 40'), ("port says.", 'port says."')),
        (("text: About 40", "text: >\n          About 40"),),
    ),
    "comma twice": ((("[port,,]", "[port]"),),),
    "synonyms are one list": ((("[boats, ships]", "[[boats, ships]]"),),),
    "sources are a list of entries": ((("- id: port\n  ", "port:\n  "),),),
    "claims are a mapping": ((("      losses:", "      - id: losses"),),),
    "question is a text": ((("- Lost?", "- q: Lost?\n    answer: losses"),),),
    "question without an answer": ((("lost?}", "lost?, answer: losses}"),),),
    "figures are no list": (
        (("{label: boats, value: 40}", "[{label: boats, value: 40}]"),),
        (("{label: boats, value: 40}", "\n        - {label: boats, value: 40}"),),
    ),
    "revisions are no list": (
        (("revisions: {", "revisions: [{"), ("because: News}", "because: News}]")),
    ),
    "figure with equal ends": ((("low: 40, high: 40", "value: 40"),),),
    "figure with both forms": ((("value: 40, ", ""),), ((", low: 40", ""),)),
    "cron on days and weekdays": (
        (("0 8 1 * mon", "0 8 * * mon"),),
        (("0 8 1 * mon", "0 8 1 * *"),),
    ),
    "cron beyond the hours": ((("0 25", "0 23"),),),
    "two forms of schedule": (
        (('cron: "0 8 * * mon-fri", ', ""),),
        (("every: day, at: 08:00, ", ""),),
    ),
    "several days": (
        (("every: [monday, friday], at: 08:00", 'cron: "0 8 * * mon,fri"'),),
    ),
    "section without its briefing": ((("[storm]", "[harbour/storm]"),),),
    "digest of nothing": (
        (("brief\n", "brief\n    briefings: [harbour]\n"),),
        (("brief\n", "brief\n    sections: [harbour/storm]\n"),),
    ),
    "forecast as a fact": ((("storm will", "port says the storm will"),),),
    "claim of four sentences": (
        (("It sank boats. It went.", "It sank boats and went."),),
        ((" It went.", "\n        caveat: It went."),),
    ),
    "quote with another number": (
        (("quote: 47", "quote: 40"),),
        (("About 40", "About 47"),),
        (("sank}", "sank, differs: They were counted again.}"),),
    ),
    "reason without a quote": (
        ((", differs: It is rounded.", ""),),
        (("differs", "quote: About 40, differs"), (", differs: It is rounded.", "")),
    ),
    "update that corrects": (
        (("kind: update", "kind: correction"),),
        (("        revisions:", "        as_of: 2026-11\n        revisions:"),),
    ),
    "question that is refused": (
        ((TEXT, f"{TEXT}\n        aliases: [king of France]"),),
        (("answer: losses", "answer: losses, fails: He owned no boats."),),
    ),
    "question that is answered": (
        ((HEAD, f"{HEAD}search: {{answered: 0.93}}\n"),),
        (("answer: none", "answer: none, fails: It is."),),
    ),
    "010-text-starts-with-a-dash": (
        (("- about 40 boats were lost", '"- about 40 boats were lost"'),),
    ),
    "013-colon-in-a-list": ((("the port: boats", '"the port: boats"'),),),
    "015-no-colon": ((("as_of 2026", "as_of: 2026"),),),
    "018-indented-too-far": (((" as_of", "as_of"),),),
    "019-indented-too-little": ((("       sources", "        sources"),),),
    "020-key-among-dashes": (
        (
            ("      handling: TLP:RED", "        handling: TLP:RED"),
            ("id: harbour", "id: harbour\naudiences: {red: [U012AB3CD]}"),
        ),
    ),
    "023-backslash-in-quotes": (
        (('"C:\\harbour"', "'C:\\harbour'"),),
        (('"C:\\harbour"', '"C:\\\\harbour"'),),
    ),
    "024-text-behind-folding-sign": (
        (("> About", ">\n          About"),),
        (("> About 40 boats were lost.", '"About 40 boats were lost."'),),
    ),
    "026-alias": ((("*all", "[port]"),),),
    "028-merge-key": (
        (("{<<: {publisher: Port authority}}", "{publisher: Port authority}"),),
    ),
    "031-second-document": ((("---\nid: other\n", ""),),),
    "032-text-behind-the-end": ((("...\nid: other\n", ""),),),
    "036-too-deep": ((("[" * 25 + "]" * 25, "[haven]"),),),
    "037-list-for-a-key": ((("[a, b]: c", "matter: the storm"),),),
    "040-key-of-another-level": (
        (
            ("likelihood: likely\n", ""),
            ("sources: [port]", "sources: [port]\n        kind: forecast"),
            ("kind: forecast", "kind: forecast\n        likelihood: likely"),
        ),
    ),
    "048-text-wanted": ((("[About 40 boats, lost]", "About 40 boats, lost"),),),
    "052-text-empty": ((('""', "About 40 boats were lost."),),),
    "057-unknown-credibility": ((("7", "2"),),),
    "065-figure-without-a-number": ((("lost}", "lost, value: 40}"),),),
    "066-figure-upside-down": ((("low: 40, high: 30", "low: 30, high: 40"),),),
    "067-yes-for-true": ((("yes", "true"),),),
    "068-source-without-a-name": (
        (("{note", "{publisher: Port authority, note"),),
        (("{note", "{title: The log, note"),),
        (("{note", "{unnamed: true, note"),),
    ),
    "071-several-at-once": (
        (
            ("title:", "id: harbour\ntitle:"),
            ("as_of: Nov", "as_of: 2025-07"),
            ("weather", "matter"),
            ("reliability: G", "reliability: A"),
            ("sources: port", "sources: [port]"),
            ("- id: storm\n", "- id: storm\n    title: A storm hit the port\n"),
        ),
    ),
    "080-carriers-in-a-circle": (
        ((", via: [gazette]", ""),),
        ((", via: [port]", ""),),
    ),
    "084-judgments-in-a-circle": ((("basis: [summer]", "basis: [losses]"),),),
    "088-report-without-source": (
        (("sources: [], basis: [losses]", "sources: [port]"),),
        (("sources: [], ", "kind: assessment, confidence: low, sources: [], "),),
    ),
    "092-number-missing-in-text": ((("About 400", "About 40"),),),
    "093-figure-missing-in-text": ((("low: 40, high: 50", "value: 40"),),),
    "095-bottom-line-from-a-stricter-claim": (
        (
            ("bottom_line: About 40 boats", "bottom_line: Boats"),
            ("id: harbour", "id: harbour\naudiences: {red: [U012AB3CD]}"),
        ),
        (("handling: TLP:RED", "handling: TLP:GREEN"),),
    ),
    "096-revisions-out-of-order": ((("2026-11-20", "2026-11-18"),),),
    "098-same-address-twice": (
        (
            ('  gazette: {publisher: Harbour Gazette, url: "http://www.', "#"),
            ("[port, gazette]", "[{id: port, locator: p. 2}]"),
        ),
    ),
    "099-alias-is-a-command": ((("[sources]", "[dockside]"),),),
    "100-alias-twice": ((("    aliases: [Gale]\n", ""),), (("[gale]", "[]"),)),
    "101-first-sentence-too-long": (
        (("        sources", "        short: About 40 boats lost\n        sources"),),
    ),
    "106-spelling-of-two-things": (
        (("[harbour, marina]", "[haven, marina]"), (", aliases: [the capital]", "")),
        (("[port, harbour]", "[port, haven]"), (", aliases: [the capital]", "")),
    ),
    "113-nobody-and-nothing": (
        (
            ("alice", '"#alice"'),
            ("@bruno", "#bruno"),
            ("[it, boats]", "[boats]"),
            ("handling: TLP:RED", "handling: TLP:AMBER"),
            ("was: About 40", "was: Few"),
        ),
        (
            ("alice", "U012AB3CE"),
            ('"@bruno"', "U012AB3CF"),
            ("[it, boats]", "[boats]"),
            ("id: harbour", "id: harbour\naudiences: {red: [U012AB3CD]}"),
            ("text: About 40", "text: Few"),
        ),
    ),
}
BROKEN = sorted((HERE / "broken").glob("*.yaml"))


def changed(name: str) -> Files:
    """Return the good folder with one mistake in it."""
    if name in FOLDERS:
        return FOLDERS[name]
    old, new = CHANGES[name]
    file = next(file for file, text in GOOD.items() if old in text)
    files = {**GOOD, file: GOOD[file].replace(old, new, 1)}
    # Questions name claims, which some changes take away.
    return {
        kept: text for kept, text in files.items() if kept in (file, *list(GOOD)[:2])
    }


def found(files: Files, folder: Path) -> list[BriefingError]:
    """Return what `check` says of these files."""
    shutil.rmtree(folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    source = YamlBriefingSource(folder)
    try:
        read = source.read(TODAY)
    except SettingsError:
        assert not [name for name in files if name == "harbour.yaml"]
        return []
    kept = ask_kept(folder, read.library.briefings if read.library else ())
    linted = [
        file.locate(problem)
        for file in source.files
        if file.value
        for problem in lint(file.value)
    ]
    problems = [*read.errors, *kept.errors, *read.warnings, *kept.warnings, *linted]
    for problem in problems:
        problem.path = str(Path(problem.path).relative_to(folder))
        problem.hint = problem.hint.replace(f"{folder}{os.sep}", "")
    return sorted(problems, key=lambda each: (each.path, each.line, each.column))


def ways(name: str, files: Files, problems: list[BriefingError]) -> Iterator[Files]:
    """Return the files after each way of following what is said of them.

    Of several problems each is followed in its first way, from the last one upwards.
    """
    for edits in BY_HAND.get(name, ()):
        edited = dict(files)
        for old, new in edits:
            file = next(file for file, text in edited.items() if old in text)
            edited[file] = edited[file].replace(old, new, 1)
        yield edited
    if name in BY_HAND:
        return
    if len(problems) == 1:
        yield from follow(files, problems[0])
        return
    for problem in reversed(problems):
        followed = next(follow(files, problem), None)
        assert followed, f"nobody followed {problem}"
        files = followed
    yield files


def assert_each_way_passes(name: str, files: Files, folder: Path) -> None:
    problems = found(files, folder)
    assert problems, "nothing is told"
    tried = list(ways(name, files, problems))

    assert tried, f"nobody followed {problems[0]}"
    for each in tried:
        left = [str(problem) for problem in found(each, folder)]
        assert not left, f"{problems[0]}\nwas followed, and then:\n{left}\n{each}"


@pytest.mark.parametrize("name", [*CHANGES, *FOLDERS])
def test_advice_about_a_change_passes(name: str, tmp_path: Path) -> None:
    """Whatever a message tells to do, done, leaves nothing to say."""
    assert_each_way_passes(name, changed(name), tmp_path)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_advice_about_a_broken_file_passes(broken: Path, tmp_path: Path) -> None:
    """The same holds for the files whose messages stand beside them."""
    files = {"harbour.yaml": broken.read_text(encoding="utf-8")}

    assert_each_way_passes(broken.stem, files, tmp_path)


def test_each_change_is_told_in_these_words(tmp_path: Path) -> None:
    """The messages are read as a text, one beside the other."""
    told = ""
    for name in (*CHANGES, *FOLDERS):
        said = "\n".join(map(str, found(changed(name), tmp_path)))
        told += f"# {name}\n{said}\n\n"
    path = HERE / "advice.txt"
    if os.environ.get(UPDATE):
        path.write_text(told, encoding="utf-8")

    assert told == path.read_text(encoding="utf-8")
