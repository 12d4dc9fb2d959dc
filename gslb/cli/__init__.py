"""The gslb command: one file a subcommand."""
