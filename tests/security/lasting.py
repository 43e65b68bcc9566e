"""What is left when something is taken away, and what the whole is made of: S64, S66."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions, version
from pathlib import Path
from time import monotonic, sleep

from horux_adapters.postgres.naming import database_name
from tests.security.ground import Ground
from tests.security.judging import INSTALLED, Tally, check

ROOT = Path(__file__).resolve().parents[2]
BACK_WITHIN = 10.0
SAFE_POSTGRES = {18: 4, 17: 10, 16: 14, 15: 18}
"""The first patch of each that is without a known hole."""
DEBUG = re.compile(r"(?i)debug|profil|/test|/dev/|reload|shell|eval")


@contextmanager
def away(ground: Ground, base: str) -> Iterator[None]:
    ground.inside.statement(f'ALTER DATABASE "{base}" ALLOW_CONNECTIONS false', "template1")
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    try:
        ground.inside.rows(ending, base, database="template1")
        yield
    finally:
        ground.inside.statement(f'ALTER DATABASE "{base}" ALLOW_CONNECTIONS true', "template1")


def _refused_kindly(tally: Tally, ground: Ground, path: str, who: dict[str, str]) -> None:
    answer = ground.get(path, who)
    waits = answer.headers.get("retry-after", "")
    tally.sees(answer.status_code == 503 and waits.isdigit(), (path, answer.status_code, answer.text[:150]))
    tally.sees(not re.search(r"psycopg|horux_|FATAL|Traceback|127\.0\.0", answer.text), (path, answer.text[:150]))


def _returns(tally: Tally, ground: Ground, path: str, who: dict[str, str]) -> None:
    until = monotonic() + BACK_WITHIN
    while (answer := ground.get(path, who)).status_code != 200 and monotonic() < until:
        sleep(0.2)
    tally.sees(answer.status_code == 200, (path, "no vuelve", answer.status_code))


@check("S64", INSTALLED)
def what_is_taken_away_stops_what_needs_it_and_returns(ground: Ground, tally: Tally) -> None:
    owner, others = ground.signed_in(), ground.signed_in(f"{ground.other.lower()}@ejemplo.mx")
    for who in (owner, others):
        tally.sees(ground.get("/api/cfdi", who).status_code == 200, "no atendía")
    with away(ground, database_name(ground.client)):
        _refused_kindly(tally, ground, "/api/cfdi", owner)
        tally.sees(ground.get("/api/cfdi", others).status_code == 200, "cae el otro")
        tally.sees(ground.get("/ready").status_code == 200, "cae todo")
    _returns(tally, ground, "/api/cfdi", owner)
    with away(ground, "horux360"):
        tally.sees(ground.get("/health").status_code == 200, "no vive")
        _refused_kindly(tally, ground, "/ready", {})
        _refused_kindly(tally, ground, "/api/tenants", dict(ground.operator))
        for path in ("/api/usuarios", "/api/suscripcion"):
            answer = ground.get(path, {})
            tally.sees(answer.status_code in (401, 503), (path, "sin base abre", answer.status_code))
    _returns(tally, ground, "/ready", {})
    _returns(tally, ground, "/api/usuarios", owner)


def pinned(lock: Path) -> dict[str, set[str]]:
    """Each package of a lock with its versions; none of one without a hash or with a range."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
    kept = dict[str, set[str]]()
    for block in blocks:
        named = re.match(r"([A-Za-z0-9_.-]+)(?:\[[\w,-]+\])?==([\w.!+-]+)", block)
        if block.strip() and not block.startswith("#"):
            versions = kept.setdefault(named[1].lower() if named else block[:40], set())
            if named and "--hash=sha256:" in block:
                versions.add(named[2])
    return kept


@check("S66", INSTALLED)
def all_that_it_is_made_of_is_known_and_pinned(ground: Ground, tally: Tally) -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "deploy" / "requirements.lock"):
        for name, chosen in pinned(lock).items():
            tally.sees(bool(chosen), (lock.parent.name, name, "sin versión o sin huella"))
    wanted = pinned(ROOT / "requirements.lock")
    for installed in distributions():
        name = re.sub(r"[-_.]+", "-", installed.metadata["Name"]).lower()
        if name not in ("horux360", "pip", "setuptools", "wheel"):
            tally.sees(installed.version in wanted.get(name, ()), (name, installed.version, wanted.get(name)))
    ((number,),) = ground.inside.rows("SHOW server_version_num")
    major, patch = int(number) // 10_000, int(number) % 10_000
    tally.sees(patch >= SAFE_POSTGRES.get(major, 0), ("PostgreSQL", number))
    tally.sees(tuple(map(int, version("litestar").split(".")[:2])) >= (2, 20), version("litestar"))
    for path in ground.get("/api/openapi.json").json()["paths"]:
        tally.sees(not DEBUG.search(path), path)
