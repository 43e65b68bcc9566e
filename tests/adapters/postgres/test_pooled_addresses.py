"""Where the service enters the other servers when PgBouncer stands before the central one."""

from collections.abc import Mapping

import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.container.connections import dsns
from horux_adapters.container.settings import load

_SECRETS = {"JWT_SECRET": "x9" * 20, "DATABASE_ROLE_SECRET": "z7" * 20}
CENTRAL, BOUNCER = "postgresql://app:clave@db1:5432/horux360", "postgresql://app:clave@db1:6432/horux360"
OTHER = "postgresql://app:clave@db2:5433/horux360?application_name=horux"


def entered(**urls: str) -> Mapping[str, object]:
    return conninfo_to_dict(dsns(load({**_SECRETS, **urls})).pooled(OTHER))


def test_without_a_pooler_each_is_entered_at_its_own_port() -> None:
    assert entered(DATABASE_URL=CENTRAL) == conninfo_to_dict(OTHER)
    assert entered(DATABASE_URL=CENTRAL, DATABASE_DIRECT_URL=CENTRAL) == conninfo_to_dict(OTHER)


@pytest.mark.parametrize("direct", [CENTRAL, "postgresql://app:clave@db1/horux360"])
def test_behind_a_pooler_each_is_entered_at_the_pooler_s_port_and_nothing_else_changes(direct: str) -> None:
    found = entered(DATABASE_URL=BOUNCER, DATABASE_DIRECT_URL=direct)
    assert found == {**conninfo_to_dict(OTHER), "port": "6432"}
