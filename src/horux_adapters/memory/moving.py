from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from horux_core.kernel.ids import RunId
from horux_core.onboarding.errors import MoveRefused
from horux_core.onboarding.model import Run
from horux_core.tenancy.model import Tenant


@dataclass(slots=True)
class Standing:
    """A database on one server: who is moving it, and whether its client may write it."""

    writable: bool = True
    run: RunId | None = None


@dataclass(frozen=True, slots=True)
class MemoryTenantMoves:
    """`kept` are the databases there are, by server and name."""

    kept: dict[tuple[str, str], Standing] = field(default_factory=dict)

    def require_possible(self, tenant: Tenant, target: str) -> None:
        if (target, tenant.database_name) in self.kept:
            raise MoveRefused(f"En «{target}» ya hay una base {tenant.database_name} que nadie usa.")

    @contextmanager
    def copied(self, tenant: Tenant, run: Run) -> Iterator[None]:
        here = self.kept.setdefault(_place(run.source, tenant), Standing())
        here.writable, here.run = False, run.id
        self.kept[_place(run.target, tenant)] = Standing(False, run.id)
        yield

    def open(self, tenant: Tenant, run: Run) -> None:
        former, new = self._of(run.source, tenant, run), self._of(run.target, tenant, run)
        if former is not None:
            del self.kept[_place(run.source, tenant)]
            self.kept[(run.source or "", f"horux_mudada_{run.id.hex}")] = Standing(False, run.id)
        if new is not None:
            new.writable, new.run = True, None

    def clear(self, tenant: Tenant, run: Run) -> None:
        gone = self.kept.pop((run.source or "", f"horux_mudada_{run.id.hex}"), None)
        assert gone is None or tenant.id == run.tenant

    def undo(self, tenant: Tenant, run: Run) -> None:
        here = self._of(run.source, tenant, run)
        if here is not None:
            here.writable, here.run = True, None
        if self._of(run.target, tenant, run) is not None:
            del self.kept[_place(run.target, tenant)]

    def _of(self, server: str | None, tenant: Tenant, run: Run) -> Standing | None:
        found = self.kept.get(_place(server, tenant))
        return found if found is not None and found.run == run.id else None


def _place(server: str | None, tenant: Tenant) -> tuple[str, str]:
    return server or "", tenant.database_name
