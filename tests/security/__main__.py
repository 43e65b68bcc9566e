"""`python -m tests.security`: the checks against the product as it runs, on a server and a PostgreSQL of its own.

One line a check, and 1 at the end if any failed. PROOF=full tries each many more times.
"""

import sys
from contextlib import ExitStack

import httpx

from contracts.samples import EMISOR
from tests.avisos import SECRET
from tests.security import edges, inputs, people
from tests.security.ground import Ground
from tests.security.judging import judged
from tests.system.installation import Installation, installation, running, served
from tests.system.owners import CHOSEN

__all__ = ["edges", "inputs", "people"]
OTHER = "TPR840604D98"


def main() -> int:
    chosen = {"ALLOWED_HOSTS": "127.0.0.1", "CORS_ORIGIN": "https://horux360.mx", "MP_WEBHOOK_SECRET": SECRET}
    with ExitStack() as stack:
        place = stack.enter_context(installation(400, **chosen))
        stack.enter_context(served(place))
        stack.enter_context(running(place, "worker"))
        found = judged(_ground(place))
    for number, tally in found.items():
        print(f"{'PASS' if tally.passed else 'FAIL'} {number} {tally.tried - len(tally.wrong)}/{tally.tried}")
        for wrong in tally.wrong[:5]:
            print(f"     {wrong}")
    failed = sum(not tally.passed for tally in found.values())
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _ground(place: Installation) -> Ground:
    place.clients([EMISOR, OTHER])
    http = httpx.Client(base_url=place.url, timeout=60)
    return Ground(http, f"{EMISOR.lower()}@ejemplo.mx", CHOSEN, place.operator.headers, EMISOR, OTHER)


if __name__ == "__main__":
    sys.exit(main())
