"""`horux duties`: what the service does by itself can be seen, and done by hand."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from psycopg.conninfo import conninfo_to_dict

from horux_adapters.container.clock import system_clock
from horux_adapters.container.duties import duties
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import load
from horux_adapters.worker.attending import Rounds
from horux_core.operations.scheduling import Every
from tests.adapters.container.test_duties import NAMES
from tests.cli.running import horux, refused
from tests.system.installation import Installation

BREAKING = """
CREATE FUNCTION rota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'clave Qx7v'; END $$;
CREATE TRIGGER rota BEFORE DELETE ON login_failures FOR EACH ROW EXECUTE FUNCTION rota();
INSERT INTO login_failures VALUES ('ana', 1, '2001-01-01')
"""
MENDING = "DROP TRIGGER rota ON login_failures; DROP FUNCTION rota"


def listed(installed: Installation) -> dict[str, str]:
    ended = horux("duties", "list", env=installed.env)
    assert ended.returncode == 0, ended.stderr
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in ended.stdout.splitlines() if "│" in line]
    return {row[0]: " | ".join(row[1:]) for row in rows}


@contextmanager
def broken_purge(installed: Installation) -> Iterator[None]:
    central = conninfo_to_dict(installed.env["DATABASE_URL"])["dbname"]
    installed.statement(BREAKING, str(central))
    try:
        yield
    finally:
        installed.statement(MENDING, str(central))


def test_all_are_listed_with_their_hour_before_any_was_done(installed: Installation) -> None:
    found = listed(installed)
    assert tuple(found) == NAMES
    assert re.fullmatch(r"cada 10 s \|  \| nunca se ha hecho \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", found["recuperacion"])
    assert found["purga"].startswith("cada 1 h | ")
    assert found["recordatorios"].startswith("cada día a las 09:00 | ")


def test_one_is_done_by_hand_and_that_is_seen(installed: Installation) -> None:
    ended = horux("duties", "run", "limpieza", env=installed.env)
    assert (ended.returncode, ended.stdout) == (0, "limpieza: bien, sin nada que hacer.\n"), ended.stderr
    when, done, standing, following = listed(installed)["limpieza"].split(" | ")
    assert (when, standing) == ("cada 1 h", "bien, sin nada que hacer")
    assert done < following
    assert following.endswith(":00:00")


def test_every_one_can_be_done_over_the_real_database(installed: Installation) -> None:
    with opened(load(installed.env)) as product:
        rounds = Rounds(product.gateways.duty_log(), system_clock)
        errors = {duty.name: rounds.by_hand(duty).last_error for duty in duties(product)}
    assert errors == dict.fromkeys(NAMES)


def test_one_that_fails_says_so_and_keeps_saying_it_until_it_is_done(installed: Installation) -> None:
    with broken_purge(installed):
        ended = horux("duties", "run", "purga", env=installed.env)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.endswith("purga: falló (1 vez): RaiseException.\n")
        assert "falló (1 vez): RaiseException" in listed(installed)["purga"]
    ended = horux("duties", "run", "purga", env=installed.env)
    assert (ended.returncode, ended.stdout) == (0, "purga: bien (login_failures 1).\n"), ended.stderr


def test_one_that_is_under_way_or_was_cut_off_is_told_apart(installed: Installation) -> None:
    with opened(load(installed.env)) as product:
        log = product.gateways.duty_log()
        with log.hold("limpieza"):
            log.keep(log.of("limpieza").begun(Every(timedelta(hours=1)), system_clock()))
            assert "se está haciendo" in listed(installed)["limpieza"]
            refused(horux("duties", "run", "limpieza", env=installed.env), "limpieza", "Espera")
        assert "se cortó a la mitad" in listed(installed)["limpieza"]


def test_one_nobody_knows_is_refused_with_those_there_are(installed: Installation) -> None:
    refused(horux("duties", "run", "brujeria", env=installed.env), "brujeria", *NAMES)


@pytest.mark.parametrize("arguments", [(), ("run",)])
def test_says_what_it_wants_to_be_told(arguments: tuple[str, ...]) -> None:
    ended = horux("duties", *arguments)
    assert ended.returncode == 2
    assert "Usage" in ended.stdout + ended.stderr
