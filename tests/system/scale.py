"""How much a proof tries: a little each time, all of it when asked."""

import os

FULL = os.environ.get("PROOF") == "full"


def proof(small: int, full: int) -> int:
    """`full` when the tests run with PROOF=full."""
    return full if FULL else small
