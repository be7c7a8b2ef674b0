"""Golden files: what was looked at once and found right, kept as JSON."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"
UPDATE = "BRIEFING_BOT_UPDATE_GOLDEN"
"""Set it to 1 to write the files anew; then look at what `git diff` says."""


def assert_golden(name: str, content: Any) -> None:
    """Compare with `tests/golden/<name>.json`."""
    path = FOLDER / f"{name}.json"
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get(UPDATE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert json.loads(path.read_text(encoding="utf-8")) == content
