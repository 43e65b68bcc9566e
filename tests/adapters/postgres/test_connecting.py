import logging
from collections.abc import Callable

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.postgres.connecting import (
    DatabaseUrlMalformed,
    cleaned,
    dsn,
    farewell,
    time_limits,
)


def test_drops_the_schema_parameter_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        url = cleaned("postgresql://u:p@h:5432/horux360?schema=public&sslmode=require")
    assert conninfo_to_dict(url) == {
        "user": "u", "password": "p", "host": "h", "port": "5432", "dbname": "horux360", "sslmode": "require",
    }  # fmt: skip
    assert "schema" in caplog.text


def test_leaves_a_good_address_alone(caplog: pytest.LogCaptureFixture) -> None:
    url = "postgresql://u:p%40@h/horux360?options=-c%20jit%3Doff"
    assert cleaned(url) == url
    assert not caplog.records


def test_leads_to_another_database_and_role_whatever_they_hold() -> None:
    made = dsn("postgresql://u:p@h:5432/a?sslmode=disable", dbname="x' y", user="ñ&", password="p'@ /\\")
    parts = conninfo_to_dict(made)
    assert (parts["dbname"], parts["user"], parts["password"]) == ("x' y", "ñ&", "p'@ /\\")
    assert (parts["host"], parts["port"], parts["sslmode"]) == ("h", "5432", "disable")


def test_adds_session_options_to_those_of_the_address() -> None:
    made = conninfo_to_dict(dsn("postgresql://h/a?options=-c%20jit%3Doff", options="-c a.b=1"))
    assert made["options"] == "-c jit=off -c a.b=1 -c timezone=UTC"


def test_sessions_are_in_utc_whatever_the_address_says() -> None:
    made = dsn("postgresql://h/a?options=-c%20timezone%3DAmerica%2FMexico_City")
    assert conninfo_to_dict(made)["options"] == "-c timezone=America/Mexico_City -c timezone=UTC"
    assert conninfo_to_dict(dsn(made)) == conninfo_to_dict(made)


@pytest.mark.parametrize(
    "wrong", ["postgresql://u:clave-secreta@h/a?nada=1", "clave-secreta", "postgresql://[clave-secreta/"]
)
def test_refuses_a_malformed_address_without_repeating_it(wrong: str) -> None:
    with pytest.raises(DatabaseUrlMalformed) as caught:
        cleaned(wrong)
    assert "clave-secreta" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_connection_said_farewell_to_is_gone_from_the_server(fresh_database: Callable[[], str]) -> None:
    address = fresh_database()
    conn = psycopg.connect(address)
    # What the server has to clear away keeps its process a while after the client is gone.
    for n in range(200):
        conn.execute(f"CREATE TEMP TABLE t{n} (n int PRIMARY KEY)".encode())
    conn.commit()
    pid = conn.info.backend_pid
    with psycopg.connect(address, autocommit=True) as watcher:
        farewell(conn)
        assert conn.closed
        assert watcher.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchall() == []


def test_limits_hold_in_the_session(postgres_url: str) -> None:
    with psycopg.connect(dsn(postgres_url, options=time_limits(7, 9), application_name="prueba")) as conn:
        seen = [
            conn.execute(f"SHOW {name}").fetchone()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "application_name")
        ]
    assert seen == [("7s",), ("9s",), ("prueba",)]
