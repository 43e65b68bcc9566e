"""What happens to the machines while people work. Each ends with all that it broke back on its feet."""

import time
from collections.abc import Callable, Mapping

from tests.trials.estate import SECOND, Database, Estate

FIRST = "principal"
_AWAY = 2.0
"""For how long a database server is away, in seconds."""

Mishap = Callable[[Estate, tuple[str, ...]], None]


def restart(turn: int) -> Mishap:
    return lambda estate, _: estate.instances[turn].restart()


def reload(estate: Estate, _: tuple[str, ...]) -> None:
    estate.reload_nginx()


def kill_a_serving_process(estate: Estate, _: tuple[str, ...]) -> None:
    estate.kill_a_serving_process()


def kill_the_worker(estate: Estate, _: tuple[str, ...]) -> None:
    estate.worker.kill()
    estate.worker.start()


def move_and_back(estate: Estate, rfcs: tuple[str, ...]) -> None:
    """The first client goes to where it is not."""
    rfc = rfcs[0]
    ((now,),) = estate.installed.rows("SELECT server FROM tenants WHERE rfc = %s", rfc, database="horux360")
    moved = estate.command("tenants", "move", rfc, FIRST if now == SECOND else SECOND, "--yes")
    assert moved.returncode == 0, moved.stdout + moved.stderr


def stop(which: Callable[[Estate], Database]) -> Mishap:
    return lambda estate, _: _gone(which(estate), Database.stop)


def kill(which: Callable[[Estate], Database]) -> Mishap:
    return lambda estate, _: _gone(which(estate), Database.kill)


def _gone(database: Database, how: Callable[[Database], None]) -> None:
    how(database)
    time.sleep(_AWAY)
    database.start()


MISHAPS: Mapping[str, Mishap] = {
    "reinicia la API 1": restart(0),
    "muda un cliente": move_and_back,
    "mata al trabajador": kill_the_worker,
    "recarga nginx": reload,
    "mata un proceso de la API": kill_a_serving_process,
    "detiene el segundo PostgreSQL": stop(lambda estate: estate.other),
    "reinicia la API 2": restart(1),
    "mata el segundo PostgreSQL": kill(lambda estate: estate.other),
    "muda un cliente de regreso": move_and_back,
    "mata el PostgreSQL central": kill(lambda estate: estate.central),
}
ENDURED = frozenset({"reinicia la API 1", "reinicia la API 2", "recarga nginx", "mata al trabajador"})
"""Those during which no request is refused, not even with a 503."""
