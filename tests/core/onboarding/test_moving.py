from contextlib import suppress
from dataclasses import replace

import pytest

from contracts.clients import OPERATOR, RFC
from horux_adapters.memory.moving import MemoryTenantMoves, Standing
from horux_core.identity.deeds import deed
from horux_core.identity.errors import ActionForbidden
from horux_core.kernel.ids import RunId
from horux_core.onboarding.errors import MoveFailed, MoveRefused, MoveUnfinished, RunInProgress, RunLost
from horux_core.onboarding.model import MUDANZA, Run, RunKind, RunState, Step
from horux_core.onboarding.moving import SettleMove
from horux_core.tenancy.errors import ServerMissing, TenantMissing
from horux_core.tenancy.model import DatabaseServer, Tenant
from tests.core.onboarding.house import Broken, House, Killed

BEFORE, AFTER = ((Step.COPIA, Step.CAMBIO), (Step.APERTURA, Step.LIMPIEZA))


@pytest.fixture
def house() -> House:
    built = House()
    built.servers.add(DatabaseServer("dos", "db2", 5432), deed(OPERATOR, None, "servidor-alta", "POST", "x"))
    tenant = built.take_in().tenant
    built.moves.kept[("principal", tenant.database_name)] = Standing()
    return built


def the_client(house: House) -> Tenant:
    (tenant,) = house.registry.page(None, 9).items
    return tenant


def standing(house: House) -> dict[tuple[str, str], bool]:
    return {place: found.writable for place, found in house.moves.kept.items()}


def whole(house: House) -> str:
    """Where the client is: its one database is there, and it writes it."""
    tenant = the_client(house)
    assert standing(house) == {(tenant.server, tenant.database_name): True}
    return tenant.server


def test_puts_a_client_on_another_server_and_says_so(house: House) -> None:
    run = house.move(OPERATOR, RFC, "dos")
    assert whole(house) == "dos"
    with house.runs.transaction() as tx:
        assert tx.runs.lock(run.id).state is RunState.TERMINADA
    (told,) = [one for one in house.control.tables["audit_log"].values() if one.action == "empresa-mudanza"]
    assert (told.tenant, told.detail) == (run.tenant, {"de": "principal", "a": "dos"})


@pytest.mark.parametrize(
    ("where", "error"), [("principal", MoveRefused), ("nada", ServerMissing), ("cerrado", MoveRefused)]
)
def test_refuses_before_anything_is_done(house: House, where: str, error: type[Exception]) -> None:
    closed = DatabaseServer("cerrado", "db3", 5432, accepts_new=False)
    house.servers.add(closed, deed(OPERATOR, None, "servidor-alta", "POST", "x"))
    with pytest.raises(error):
        house.move(OPERATOR, RFC, where)
    assert whole(house) == "principal"
    assert house.runs.latest(RFC, RunKind.MUDANZA) is None


def test_is_the_operator_s_alone_and_of_living_clients(house: House) -> None:
    with pytest.raises(ActionForbidden):
        house.move(replace(OPERATOR, platform_admin=False), RFC, "dos")
    house.let_go(RFC)
    with pytest.raises(TenantMissing):
        house.move(OPERATOR, RFC, "dos")


@pytest.mark.parametrize("step", MUDANZA)
def test_killed_at_any_step_it_is_ended_or_undone_whole(house: House, step: Step) -> None:
    house.runs.killed_at = step
    with pytest.raises(Killed):
        house.move(OPERATOR, RFC, "dos")
    house.healed()
    assert house.recover().failed == ()
    assert whole(house) == ("dos" if step in AFTER else "principal")
    assert house.runs.dead() == ()


@pytest.mark.parametrize("step", MUDANZA)
def test_what_fails_is_told_and_undone_or_left_to_recovery(house: House, step: Step) -> None:
    house.runs.refused_at = step
    with pytest.raises(MoveFailed if step in BEFORE else MoveUnfinished):
        house.move(OPERATOR, RFC, "dos")
    if step in AFTER:
        assert the_client(house).server == "dos"
    house.healed()
    house.recover()
    assert whole(house) == ("dos" if step in AFTER else "principal")


def test_a_client_that_moves_is_neither_let_go_nor_moved_twice(house: House) -> None:
    house.runs.killed_at = Step.COPIA
    with pytest.raises(Killed):
        house.move(OPERATOR, RFC, "dos")
    house.runs.killed_at = None
    with pytest.raises(RunInProgress):
        house.let_go(RFC)
    with pytest.raises(RunInProgress):
        house.move(OPERATOR, RFC, "dos")
    house.recover()
    house.let_go(RFC)


class Stuck(MemoryTenantMoves):
    """Takes nothing back for now: a server is away."""

    def undo(self, tenant: Tenant, run: Run) -> None:
        raise Broken(f"{tenant.rfc} {run.id}")


@pytest.mark.parametrize("stuck", [False, True])
def test_who_was_taken_for_dead_gives_the_client_no_new_place(house: House, stuck: bool) -> None:
    """Recovery began to take the copy away between its making and the change, and has ended or is still at it."""
    make, latest = house.runs.step, house.runs.latest
    settle = SettleMove(house.runs, Stuck(house.moves.kept) if stuck else house.moves)
    undone: list[Step] = []

    def step(ident: RunId, at: Step) -> None:
        make(ident, at)
        if at is Step.CAMBIO and not undone:
            undone.append(at)
            found = latest(RFC, RunKind.MUDANZA)
            assert found is not None
            with suppress(Broken):
                settle(found.id)

    house.runs.step = step  # type: ignore[method-assign, assignment]
    with pytest.raises(RunLost):
        house.move(OPERATOR, RFC, "dos")
    assert whole(house) == "principal"


def test_who_was_taken_for_dead_before_it_stopped_the_client_lets_it_write_again(house: House) -> None:
    """Recovery undid the run while there was nothing yet to undo, and looks at it no more."""
    make, settle = house.runs.step, SettleMove(house.runs, house.moves)

    def step(ident: RunId, at: Step) -> None:
        make(ident, at)
        if at is Step.COPIA:
            assert settle(ident) is RunState.DESHECHA

    house.runs.step = step  # type: ignore[method-assign, assignment]
    with pytest.raises((MoveFailed, RunLost)):
        house.move(OPERATOR, RFC, "dos")
    assert whole(house) == "principal"
