"""`python -m gslb` is the `gslb` command."""

from gslb.cli import main

raise SystemExit(main())
