"""The house keeps what its front page promises."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {
        "sys_platform": "darwin",
        "platform_system": "Darwin",
        "os_name": "posix",
        "platform_machine": "arm64",
    },
    "windows": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
    },
}


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    """What a contributor pastes is what the checks run."""
    command = re.search(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)

    assert command is not None
    assert command[0] in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-meaning.txt"]
)
def test_pinned_files_name_packages_only(name: str) -> None:
    """Every package has hashes, and no line names a host or an index."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9].*==\S+.*$", text, re.MULTILINE)

    assert pins
    assert all(pin.endswith("\\") for pin in pins)
    assert re.search(r"https?://|--index|@ file", text) is None


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("requirements.txt", "postgres"),
        ("requirements-meaning.txt", "meaning"),
        ("requirements-dev.txt", "dev"),
    ],
)
def test_pinned_files_are_complete(
    name: str, extra: str, system: str, python: str
) -> None:
    """They are installed without resolving, so all that is asked for is in them."""
    environment = {
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": f"{python}.0",
    }

    assert missing_from(ROOT / ".ci" / name, extra, environment) == []


def missing_from(file: Path, extra: str, environment: dict[str, str]) -> list[str]:
    """Return what the project and all it installs ask for and the file does not pin."""
    lines = re.findall(
        r"^[a-z0-9].*==\S+[^\\\n]*", file.read_text("utf-8"), re.MULTILINE
    )
    versions = {
        pin.name: next(iter(pin.specifier)).version
        for pin in map(Requirement, lines)
        if pin.marker is None or pin.marker.evaluate(environment)
    }
    missing: list[str] = []
    seen: set[str] = set()
    waiting = [Requirement(f"{PROJECT['name']}[{extra}]")]
    while waiting:
        package = waiting.pop()
        for asked in asked_by(package, environment):
            version = versions.get(canonicalize_name(asked.name))
            ours = asked.name == PROJECT["name"]
            if not ours and (version is None or version not in asked.specifier):
                missing.append(f"{asked} for {package.name}, not {version}")
            if str(asked) not in seen:
                seen.add(str(asked))
                waiting.append(asked)
    return missing


def asked_by(package: Requirement, environment: dict[str, str]) -> list[Requirement]:
    """Return what a package asks for, with these extras, in this environment.

    A package that another system alone installs is not here to be read.
    """
    lines: list[str] = []
    if package.name == PROJECT["name"]:
        lines += PROJECT["dependencies"]
        for extra in package.extras:
            lines += PROJECT["optional-dependencies"][extra]
    else:
        try:
            lines += importlib.metadata.requires(package.name) or []
        except importlib.metadata.PackageNotFoundError:
            return []
    return [
        asked
        for asked in map(Requirement, lines)
        if asked.marker is None
        or any(
            asked.marker.evaluate(environment | {"extra": extra})
            for extra in ("", *package.extras)
        )
    ]


def test_nothing_is_resolved_where_it_is_installed() -> None:
    """An extra of a pinned package lets pip look past the pin for a newer release."""
    places = [ROOT / "README.md", ROOT / "Dockerfile", ROOT / ".ci/run"]
    places += [
        path for path in (ROOT / ".github").rglob("*.*") if path.suffix != ".png"
    ]
    commands = [
        command
        for path in places
        for command in re.findall(
            r"\bpip install\b[^&|;\n]*",
            path.read_text(encoding="utf-8"),
        )
    ]

    assert commands
    assert [each for each in commands if "--no-deps" not in each] == []


def test_no_test_depends_on_how_fast_a_machine_is() -> None:
    """What must come is waited for with `PATIENCE_S`; work is counted, not timed."""
    timed = re.compile(
        r"\b(?:perf_counter|process_time|monotonic)\b"
        r"|\basyncio\.timeout\(\d"
        r"|\bwait_for\(.*, (?:timeout=)?\d"
        r"|\bdeadline=(?:\d|None)|HealthCheck\.too_slow"
    )
    others = {"conftest.py", "test_house.py", "walks.py"}
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "tests").rglob("*.py")
        if path.name not in others and "benchmarks" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if timed.search(line)
    ]

    assert found == []
