"""One file a policy: what to choose for this client, for how long and why."""
