"""Where deliveries are kept, and whether that place outlives this container."""

from pathlib import Path

from sqlalchemy import make_url

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""The files by which Docker and Podman mark what they run."""

FORGETS = (
    "The database is inside this container and goes with it: a new one would not know "
    "what was delivered. Mount a volume there, or set BRIEFING_BOT_DATABASE_URL."
)


def shown(url: str) -> str:
    """Return a database's address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def is_forgotten(
    url: str,
    *,
    marks: tuple[Path, ...] = CONTAINER_MARKS,
    root: Path = Path("/"),
) -> bool:
    """Say whether a SQLite file lies on a container's own disk, not on a volume."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not any(m.exists() for m in marks):
        return False
    folder = Path(parsed.database or "").absolute().parent
    return folder.stat().st_dev == root.stat().st_dev
