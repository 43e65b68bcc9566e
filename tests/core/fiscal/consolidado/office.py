"""A person with several taxpayers, and what is seen of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

from contracts.libros import a_cfdi, an_entry
from horux_adapters.container.en_paralelo import EN_TODO, Hilos
from horux_adapters.memory.books import MemoryBooks, MemoryOpenBooks
from horux_adapters.memory.plans import MemoryEntitlements
from horux_core.fiscal.cfdi.model import Direccion
from horux_core.fiscal.consolidado.mirando import ShowConsolidado
from horux_core.fiscal.consolidado.model import Consolidado, Fila
from horux_core.fiscal.recomputing import recompute
from horux_core.identity.model import Actor, User
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from tests.core.identity.world import World

ALFA, BETA, GAMA = "EKU9003173C9", "AAA010101AAA", "CACX7605101P8"
NAMES = {ALFA: "alfa", BETA: "beta", GAMA: "gama"}
ENERO = Periodo(2026, 1)


class Interrupted(MemoryBooks):
    """The books, before whose opening something else happens."""

    before: Callable[[TenantId], object]

    @contextmanager
    def open(self, tenant: TenantId) -> Iterator[MemoryOpenBooks]:
        self.before(tenant)
        with super().open(tenant) as books:
            yield books


class Office:
    """A person with several taxpayers, and books with so many pesos of IVA in January."""

    def __init__(self, **iva: int) -> None:
        self.world = World()
        self.en_paralelo = Hilos(ThreadPoolExecutor(EN_TODO))
        self.tenants = {name: self.world.tenant(rfc) for rfc, name in NAMES.items()}
        self.ana = self.world.user("ana@ejemplo.mx", *(self.tenants[name] for name in iva))
        self.actor = self.world.actor(self.world.enter())
        self.books = Interrupted(self.world.control)
        object.__setattr__(self.books, "before", lambda _: None)
        for name, pesos in iva.items():
            self.accept(self.ana, name)
            self.world.change_tenant(self.tenants[name], regimenes=("601",))
            self.enter(name, pesos)

    def accept(self, user: User, name: str) -> None:
        with self.world.directory.transaction() as tx:
            tx.memberships.accept(user.id, self.tenants[name], self.world.now)

    def enter(self, name: str, pesos: int) -> None:
        if pesos:
            cfdi = a_cfdi(1, str(Decimal(pesos) * Decimal("7.25")))
            with self.books.open(self.tenants[name]) as books:
                books.cfdis.enter([an_entry(cfdi, Direccion.EMITIDO)])
                recompute(books)

    def show(self, plazo: float = 8.0, before: Callable[[TenantId], object] | None = None) -> ShowConsolidado:
        if before is not None:
            object.__setattr__(self.books, "before", before)
        entitlements = MemoryEntitlements(self.world.control)
        world = self.world
        return ShowConsolidado(
            world.directory, world.cards, entitlements, self.books, world.clock, self.en_paralelo, plazo
        )

    def seen(self, actor: Actor | None = None, **how: object) -> Consolidado:
        return self.show(**how)(actor or self.actor, ENERO)  # type: ignore[arg-type]

    def removed(self, name: str) -> None:
        with self.world.directory.transaction() as tx:
            tx.memberships.remove(self.ana.id, self.tenants[name])


def by_name(shown: Consolidado) -> dict[str, Fila]:
    return {NAMES[fila.empresa.rfc]: fila for fila in shown.filas}


def iva(shown: Consolidado) -> dict[str, int | None]:
    return {name: int(fila.cifras.iva_a_pagar) if fila.cifras else None for name, fila in by_name(shown).items()}


def states(shown: Consolidado) -> dict[str, str]:
    return {name: fila.estado.value for name, fila in by_name(shown).items()}
