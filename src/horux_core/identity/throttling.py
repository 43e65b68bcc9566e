"""How long a log-in waits after failures: a slip costs nothing, guessing more each time. And how often is too much."""

import math
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

FREE_FAILURES = 4
LONGEST_WAIT = 900
"""Seconds, for one account."""
LONGEST_ADDRESS_WAIT = 60
"""Seconds, for one address: a whole office may share it, and each account has its own wait besides."""
FORGOTTEN_AFTER = timedelta(hours=1)


def remaining(failures: int, last_at: datetime, now: datetime, most: int = LONGEST_WAIT) -> int:
    """Whole seconds still to wait after so many failures, the last at `last_at`: 2 s from the fifth on, then double."""
    if failures <= FREE_FAILURES or now - last_at >= FORGOTTEN_AFTER:
        return 0
    pause = min(most, 1 << min(failures - FREE_FAILURES, 30))
    return min(most, max(0, math.ceil(pause - (now - last_at).total_seconds())))


def forgotten_in(last_at: datetime, now: datetime) -> int:
    """Whole seconds until what was counted last at `last_at` is forgotten, 1 at least."""
    return max(1, math.ceil((FORGOTTEN_AFTER - (now - last_at)).total_seconds()))


def origin(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 one, which one customer has to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return parsed.packed[:8].hex()
    return str(parsed)
