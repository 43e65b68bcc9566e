#!/usr/bin/env python3
"""Makes the two roles and the central database. Neither is a superuser; only the provisioner makes databases and roles.

horux-setup runs it as the system account `postgres`, with the port as its argument and two passwords on standard input,
the service's and the provisioner's. In containers `--from-files` reads all from /run/secrets. The passwords leave as
their SCRAM verifiers. Run again it changes nothing else.
"""

import sys
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from horux_adapters.postgres.installing import prepare

_SOCKETS = "/var/run/postgresql"
_SECRETS = Path("/run/secrets")


def main() -> None:
    if sys.argv[1:] == ["--from-files"]:
        place, runtime, provisioner = _from_files()
    else:
        place = make_conninfo("", dbname="postgres", host=_SOCKETS, port=int(sys.argv[1]))
        runtime, provisioner = (sys.stdin.readline().strip() for _ in range(2))
    if not runtime or not provisioner:
        raise SystemExit("Faltan las contraseñas de los dos roles.")
    prepare(place, runtime=runtime, provisioner=provisioner)


def _from_files() -> tuple[str, str, str]:
    """The superuser's address, and the two passwords that stand in the service's addresses."""
    read = {name: (_SECRETS / name).read_text(encoding="utf-8").strip() for name in _NAMES}
    runtime, provisioner = (conninfo_to_dict(read[name]) for name in _NAMES[1:])
    place = make_conninfo(
        "", host=runtime["host"], port=runtime["port"], user="postgres", dbname="postgres", password=read[_NAMES[0]]
    )
    return place, str(runtime["password"]), str(provisioner["password"])


_NAMES = ("POSTGRES_PASSWORD", "DATABASE_URL", "DATABASE_ADMIN_URL")


if __name__ == "__main__":
    main()
