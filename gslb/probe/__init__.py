"""One file a probe kind and one runner: ask an endpoint how it is."""
