"""Where secrets are read: files and the environment, never the configuration itself."""

from __future__ import annotations

import os
from pathlib import Path

from gslb.model import Secret


class SecretError(Exception):
    """A secret that cannot be read, and what to do about it. Never holds any part of the secret."""


def parse(text: str) -> Secret:
    """`file:PATH` or `env:NAME` as an operator writes it."""
    source, colon, name = text.partition(":")
    if source not in ("file", "env") or not colon or not name:
        raise SecretError(f"{text}: write file:PATH or env:NAME, never the secret itself")
    return Secret(source, name)


def read(secret: Secret) -> str:
    """The secret's text, without white space around it. SecretError: not there, not readable, or empty."""
    place = f"{secret.source}:{secret.name}"
    if secret.source == "env":
        text = os.environ.get(secret.name, "")
    else:
        try:
            text = Path(secret.name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "not UTF-8 text"
            raise SecretError(f"{place}: {reason}") from fault
    if not text.strip():
        raise SecretError(f"{place}: empty")
    return text.strip()


def read_token(secret: Secret) -> bytes:
    """A token as the key it is used as. SecretError also when it is too short to be one."""
    token = read(secret).encode()
    if len(token) < 16:
        raise SecretError(f"{secret.source}:{secret.name}: too short for a token; make one with: openssl rand -hex 32")
    return token
