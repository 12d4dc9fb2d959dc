"""Prefixes that no client on the Internet has: databases are not asked about them."""

from __future__ import annotations

from ipaddress import ip_network

RESERVED = tuple(
    ip_network(prefix)
    for prefix in (
        "0.0.0.0/8",  # this network: RFC 791
        "10.0.0.0/8",  # private: RFC 1918
        "100.64.0.0/10",  # shared by carriers: RFC 6598
        "127.0.0.0/8",  # loopback: RFC 1122
        "169.254.0.0/16",  # link-local: RFC 3927
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments: RFC 6890
        "192.0.2.0/24",  # documentation: RFC 5737
        "192.88.99.0/24",  # 6to4 relays, withdrawn: RFC 7526
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking: RFC 2544
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast: RFC 5771
        "240.0.0.0/4",  # future use and broadcast: RFC 1112
        "::/8",  # unspecified, loopback, IPv4 inside IPv6, NAT64: RFC 4291, RFC 6052
        "100::/64",  # discard: RFC 6666
        "2001::/32",  # Teredo: RFC 4380
        "2001:2::/48",  # benchmarking: RFC 5180
        "2001:db8::/32",  # documentation: RFC 3849
        "2002::/16",  # 6to4: RFC 3056
        "3fff::/20",  # documentation: RFC 9637
        "5f00::/16",  # segment routing: RFC 9602
        "fc00::/7",  # unique local: RFC 4193
        "fe80::/10",  # link-local: RFC 4291
        "fec0::/10",  # site-local, withdrawn: RFC 3879
        "ff00::/8",  # multicast: RFC 4291
    )
)
