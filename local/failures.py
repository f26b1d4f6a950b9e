"""What can go wrong here, said in one sentence."""

from pathlib import Path

TAIL_LINES = 15


class LocalCloudError(Exception):
    """Something that the person at the keyboard can do something about."""


def tail(path: Path) -> str:
    """Return a file's last lines, indented, to stand below the sentence that names the failure."""
    if not path.exists():
        return ""
    lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "".join(f"\n    {line}" for line in lines)
