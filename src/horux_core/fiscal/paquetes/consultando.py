"""Reading how the books of some days compare with what the SAT says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from horux_core.fiscal.calendario.vencimientos import primer_dia, ultimo_dia
from horux_core.fiscal.paquetes.comparando import coberturas, comparar, que_tocan
from horux_core.fiscal.paquetes.errors import ComparacionInvalida
from horux_core.fiscal.paquetes.model import Cobertura, Comparacion, Comparado, Grupo
from horux_core.fiscal.ports import Books, OpenBooks
from horux_core.identity.model import Actor, Permission
from horux_core.kernel.pages import CursorMalformed, Page
from horux_core.kernel.periodo import Periodo
from horux_core.plans.model import Feature
from horux_core.plans.policy import require_feature
from horux_core.plans.ports import Entitlements

POR_PAGINA = 50
MAXIMO_POR_PAGINA = 1_000
DIAS = 366
"""Compared at once."""

_ENTRE = "~"


@dataclass(frozen=True, slots=True)
class Tramo:
    """Days from one to the other, both included. Raises ComparacionInvalida or PeriodoMalformed."""

    desde: date
    hasta: date

    def __post_init__(self) -> None:
        _ = Periodo.of(self.desde), Periodo.of(self.hasta)
        if self.hasta < self.desde:
            raise ComparacionInvalida(
                "hasta", "La comparación se pide de un día a otro posterior: revisa desde y hasta."
            )
        if (self.hasta - self.desde).days >= DIAS:
            raise ComparacionInvalida("hasta", f"Compara a lo más {DIAS} días a la vez: acorta el tramo.")

    def periodos(self) -> Iterator[Periodo]:
        periodo = Periodo.of(self.desde)
        while periodo < Periodo.of(self.hasta):
            yield periodo
            periodo = periodo.siguiente()
        yield periodo


@dataclass(frozen=True, slots=True)
class ComparacionTramo:
    """How many of each state, and a page of those asked for.

    `coberturas` are the times that reach into those days in which the metadata is complete.
    """

    tramo: Tramo
    cuantos: Mapping[Comparacion, int]
    pagina: Page[Comparado]
    coberturas: tuple[Cobertura, ...]

    def de(self, grupo: Grupo) -> int:
        """How many there are of a group."""
        return sum(self.cuantos[resultado] for resultado in grupo.resultados)

    @property
    def segun_sat(self) -> int:
        """How many the SAT tells of."""
        return sum(self.cuantos.values()) - self.de(Grupo.SOBRAN)

    @property
    def sin_xml(self) -> int:
        """How many of those the books do not have."""
        return self.de(Grupo.FALTAN)

    @property
    def con_xml(self) -> int:
        return self.segun_sat - self.sin_xml


@dataclass(frozen=True, slots=True)
class CompareWithSat:
    """The documents of some days by the books and by the SAT's metadata (FISCAL.md 7.2)."""

    books: Books
    entitlements: Entitlements

    def __call__(
        self,
        actor: Actor,
        tramo: Tramo,
        solo: Comparacion | Grupo | None = None,
        cursor: str | None = None,
        limit: int = POR_PAGINA,
    ) -> ComparacionTramo:
        """Those of one state or group, or all that do not coincide, by day, then UUID.

        Raises ActionForbidden, FeatureNotInPlan or CursorMalformed.
        """
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.XML_SAT)
        despues = _despues(cursor)
        with self.books.open(actor.tenant) as books:
            books.steady()
            cubierto = que_tocan(coberturas(books.metadata.archivos()), tramo.desde, tramo.hasta)
            comparados = _comparados(books, tramo, cubierto)
        pedidos = [c for c in comparados if c.resultado in _pedidos(solo)]
        quedan = [c for c in pedidos if despues is None or (c.fecha, c.uuid) > despues]
        mostrados = tuple(quedan[: max(1, min(limit, MAXIMO_POR_PAGINA))])
        mas = _cursor(mostrados[-1]) if len(quedan) > len(mostrados) else None
        cuantos = Counter(c.resultado for c in comparados)
        return ComparacionTramo(
            tramo, {estado: cuantos[estado] for estado in Comparacion}, Page(mostrados, mas), cubierto
        )


@dataclass(frozen=True, slots=True)
class ShowCoverage:
    """The months of a year that some complete metadata of the SAT reaches into."""

    books: Books
    entitlements: Entitlements

    def __call__(self, actor: Actor, anio: int) -> frozenset[Periodo]:
        """Raises ActionForbidden, FeatureNotInPlan or PeriodoMalformed."""
        actor.require(Permission.READ_BOOKS)
        require_feature(self.entitlements.of(actor.tenant), Feature.XML_SAT)
        meses = [Periodo(anio, mes) for mes in range(1, 13)]
        with self.books.open(actor.tenant) as books:
            cubierto = coberturas(books.metadata.archivos())
        return frozenset(mes for mes in meses if que_tocan(cubierto, primer_dia(mes), ultimo_dia(mes)))


def _pedidos(solo: Comparacion | Grupo | None) -> frozenset[Comparacion]:
    if solo is None:
        return frozenset(Comparacion) - {Comparacion.COINCIDE}
    return solo.resultados if isinstance(solo, Grupo) else frozenset({solo})


def _comparados(books: OpenBooks, tramo: Tramo, cubierto: tuple[Cobertura, ...]) -> tuple[Comparado, ...]:
    """A document is of the day on which the SAT says it was issued, or the books where the SAT says nothing."""
    propios = {p.uuid: p for mes in tramo.periodos() for p in books.metadata.resumenes_del_periodo(mes)}
    sat = {r.uuid: r for mes in tramo.periodos() for r in books.metadata.del_periodo(mes)}
    propios |= {p.uuid: p for p in books.metadata.resumenes(sat.keys() - propios.keys())}
    sat |= books.metadata.de(propios.keys() - sat.keys())
    comparados = comparar(propios.values(), sat.values(), cubierto)
    return tuple(c for c in comparados if tramo.desde <= c.fecha.date() <= tramo.hasta)


def _cursor(c: Comparado) -> str:
    return f"{c.fecha.isoformat()}{_ENTRE}{c.uuid}"


def _despues(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    fecha, entre, uuid = cursor.partition(_ENTRE)
    try:
        momento = datetime.fromisoformat(fecha)
    except ValueError:
        momento = None
    if momento is None or momento.tzinfo is not None or not entre:
        raise CursorMalformed("El cursor no es válido: usa el `nextCursor` de la página anterior.")
    return momento, uuid
