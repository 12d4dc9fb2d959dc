"""The nouns, frozen: regions, endpoints, pools, monitors, policies and zones, and how a model changes."""
