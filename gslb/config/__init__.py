"""YAML text to Model and back, every fault with its place and what to write instead."""
