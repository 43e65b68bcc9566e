"""`python -m tests.security`: the checks against the product as it runs, on a server and a PostgreSQL of its own.

One line a check, and 1 at the end if any failed. PROOF=full tries each many more times.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.security.ground import Ground
from tests.security.judging import EDGE, HTTP, INSTALLED, judged, those
from tests.security.standing import SETTINGS, standing
from tests.system.installation import installation, running, served


def main(*numbers: str) -> int:
    with ground() as found_there:
        found = judged(found_there, *(numbers or those(HTTP, INSTALLED, EDGE)))
    for number, tally in found.items():
        print(f"{'PASS' if tally.passed else 'FAIL'} {number} {tally.tried - len(tally.wrong)}/{tally.tried}")
        for wrong in tally.wrong[:5]:
            print(f"     {wrong}")
    failed = sum(not tally.passed for tally in found.values())
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


@contextmanager
def ground() -> Iterator[Ground]:
    with installation(400, **SETTINGS) as place, served(place), running(place, "worker"), standing(place) as found:
        yield found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
