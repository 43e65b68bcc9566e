"""What every TenantMoves promises; a subclass brings `moves`, `tenant`, which is on `principal`, and `seen`."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from contracts.clients import NOW
from horux_core.kernel.ids import RunId
from horux_core.onboarding.errors import MoveRefused
from horux_core.onboarding.model import Run, RunKind, RunState
from horux_core.onboarding.ports import TenantMoves
from horux_core.tenancy.model import Tenant

FROM, TO = "principal", "dos"
Seen = Callable[[str], bool | None]
"""Whether the client may write in its database on a server; None when it is not there or lets nobody in."""


def a_move(tenant: Tenant) -> Run:
    return Run(RunId(uuid4()), RunKind.MUDANZA, tenant.id, str(tenant.rfc), RunState.ABIERTA, None, None, NOW, FROM, TO)


class TenantMovesContract:
    def test_while_it_is_copied_nobody_writes_either(self, moves: TenantMoves, tenant: Tenant, seen: Seen) -> None:
        assert (seen(FROM), seen(TO)) == (True, None)
        with moves.copied(tenant, a_move(tenant)):
            assert (seen(FROM), seen(TO)) == (False, False)

    def test_once_open_it_is_written_there_and_nowhere_else(
        self, moves: TenantMoves, tenant: Tenant, seen: Seen
    ) -> None:
        run = a_move(tenant)
        with moves.copied(tenant, run):
            pass
        for _ in range(2):
            moves.open(tenant, run)
            assert (seen(FROM), seen(TO)) == (None, True)
        for _ in range(2):
            moves.clear(tenant, run)
            assert (seen(FROM), seen(TO)) == (None, True)

    def test_undone_it_is_as_it_was_and_can_be_moved_again(
        self, moves: TenantMoves, tenant: Tenant, seen: Seen
    ) -> None:
        run = a_move(tenant)
        with moves.copied(tenant, run):
            pass
        for _ in range(2):
            moves.undo(tenant, run)
            assert (seen(FROM), seen(TO)) == (True, None)
        moves.require_possible(tenant, TO)

    def test_what_another_run_made_is_not_touched(self, moves: TenantMoves, tenant: Tenant, seen: Seen) -> None:
        run, late = a_move(tenant), a_move(tenant)
        with moves.copied(tenant, run):
            for act in (moves.open, moves.clear, moves.undo):
                act(tenant, late)
                assert (seen(FROM), seen(TO)) == (False, False), act

    def test_goes_nowhere_where_a_database_of_its_name_lies(self, moves: TenantMoves, tenant: Tenant) -> None:
        moves.require_possible(tenant, TO)
        with moves.copied(tenant, a_move(tenant)):
            pass
        with pytest.raises(MoveRefused):
            moves.require_possible(tenant, TO)
