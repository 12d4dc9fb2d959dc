"""Sockets and processes: supervisor, UDP, TCP and the responder."""
