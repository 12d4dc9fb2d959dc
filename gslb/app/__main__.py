"""The processes behind `gslb serve`: `python -m gslb.app ROLE STATE …`, started by the supervisor."""

import sys
from importlib import import_module

ROLES = ("worker", "responder", "judge", "control", "builder")  # each a module here with a main(); loaded alone

if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    if role not in ROLES:
        sys.exit(f"{role}: no such role; there are {', '.join(ROLES)}")
    sys.exit(import_module(f"gslb.app.{role}").main(*arguments))
