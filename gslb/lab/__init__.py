"""The embedded world: regions, backends, vantages and name servers on loopback addresses."""
