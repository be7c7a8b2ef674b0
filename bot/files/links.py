"""Where a folder of files really is: through symlinks, as git-sync and Kubernetes make.

They swap a link from one folder to the next. A watch on the folder that the name stood
for at first hears nothing of that, so the links themselves are watched, too.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, DefaultFilter

MOST_LINKS = 40
"""As many as Linux follows."""
_is_no_leftover = DefaultFilter()


@dataclass(frozen=True)
class Places:
    """The folders to watch, and which of what changes in them is ours."""

    folder: Path
    links: frozenset[Path]
    """The links on the way, and the folder itself, which may be swapped as well."""
    files: frozenset[Path]
    """Where files of the folder really are, if not in it."""

    @property
    def folders(self) -> frozenset[Path]:
        """Everything that holds the folder's files, or a link on the way to them."""
        around = {path.parent for path in (*self.links, *self.files)}
        # What we may not read we cannot watch; the rest is watched all the same.
        readable = {folder for folder in around if os.access(folder, os.R_OK)}
        return frozenset({self.folder, *readable})

    def concerns(self, change: Change, path: str) -> bool:
        """Say whether a change is one of a link, or of what the folder holds.

        Beside a link may lie anything, such as the database.
        """
        changed = Path(path)
        if changed in self.links or changed in self.files:
            return True
        return changed.parent == self.folder and _is_no_leftover(change, path)


def find_places(folder: Path) -> Places:
    """Follow the folder's links and those of the files in it, as they are now."""
    # Unlike `resolve` it takes links in a circle for a name like any other.
    real = Path(os.path.realpath(folder))
    links, files = {real, *links_on(folder)}, set()
    if real.is_dir():
        for entry in real.iterdir():
            if entry.is_symlink() and entry.suffix:
                links.update(links_on(entry))
                files.add(Path(os.path.realpath(entry)))
    return Places(real, frozenset(links), frozenset(files))


def links_on(path: Path) -> Iterator[Path]:
    """Yield each symlink that is passed when this path is opened, by its real place."""
    left = list(reversed(path.absolute().parts))
    here, passed = Path(left.pop()), 0
    while left and passed < MOST_LINKS:
        step = here / left.pop()
        if step.name == "..":
            here = here.parent
        elif step.is_symlink():
            passed += 1
            yield step
            target = step.readlink()
            parts = [part for part in target.parts if part != target.anchor]
            left += reversed(parts)
            here = Path(target.anchor) if target.is_absolute() else here
        else:
            here = step
