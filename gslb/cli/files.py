"""Files as the commands read them."""

from __future__ import annotations

from collections.abc import Iterable
from glob import glob
from pathlib import Path


def read_text(path: str) -> str:
    """A file's text, UTF-8; OSError or UnicodeDecodeError when it cannot be read."""
    return Path(path).read_text(encoding="utf-8")


def find(pattern: str) -> Iterable[str]:
    """The paths that a pattern under include: stands for; a path without wildcards stands for itself, there or not."""
    return glob(pattern) if any(sign in pattern for sign in "*?[") else (pattern,)  # noqa: PTH207 - patterns are text
