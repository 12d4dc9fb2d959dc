"""A global server load balancer you can own: an authoritative DNS server that steers by place, health and policy."""
