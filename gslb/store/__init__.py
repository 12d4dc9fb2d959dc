"""What survives a restart: verdicts, overrides and memory on disk."""
