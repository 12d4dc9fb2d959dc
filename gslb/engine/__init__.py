"""The batch loops that turn packets into packets from published plans."""
