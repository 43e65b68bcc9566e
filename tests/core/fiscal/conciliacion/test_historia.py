"""Whatever happens to bank and books, in whatever order: what a person decided stands, and no money is used twice."""

from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.libros import a_ppd, uuid
from horux_core.fiscal.conciliacion.errors import SaldoInsuficiente
from horux_core.fiscal.conciliacion.libro import identidad
from tests.core.fiscal.conciliacion.oficina import D, Oficina, factura, movimiento

RFCS = ("URE180429TM6", "XIA190128J61")
IMPORTES = ("100.00", "200.00", "300.00")
dias = st.integers(1, 12).map(lambda n: f"2026-01-{n:02d}")


class Historia(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.oficina = Oficina()
        self.totales: dict[str, Decimal] = {}
        self.aceptadas: set[UUID] = set()
        self.rechazadas: set[UUID] = set()

    @rule(dia=dias, total=st.sampled_from(IMPORTES), rfc=st.sampled_from(RFCS), ppd=st.booleans())
    def entra(self, dia: str, total: str, rfc: str, ppd: bool) -> None:
        n = len(self.totales)
        uno = a_ppd(n, total, rfc_receptor=rfc) if ppd else factura(n, dia, total, rfc_receptor=rfc)
        self.oficina.despacho.enter(uno)
        self.totales[uuid(n)] = D(total)

    @rule(dia=dias, importe=st.sampled_from(IMPORTES), texto=st.sampled_from(["SPEI", *RFCS]), otra=st.booleans())
    def llega(self, dia: str, importe: str, texto: str, otra: bool) -> None:
        self.oficina.carga(movimiento(dia, f"-{importe}" if otra else importe, texto), cuenta="B" if otra else "A")

    @rule()
    def otra_vez(self) -> None:
        self.oficina.otra_vez()

    @precondition(lambda self: self.totales)
    @rule(n=st.integers(0, 5))
    def cancela(self, n: int) -> None:
        self.oficina.cancelar(uuid(n % len(self.totales)))

    @precondition(lambda self: self._propuestas())
    @rule(data=st.data())
    def acepta(self, data: st.DataObject) -> None:
        ident, de = data.draw(st.sampled_from(self._propuestas())), self._renglones()
        try:
            self.oficina.aceptar(ident)
        except SaldoInsuficiente:
            return
        ahora = {f.guardado.aceptada for f in self.oficina.filas() if f.guardado.aceptada is not None}
        # What it took the place of stood on one of its rows.
        assert all(de[perdida] & de[ident] for perdida in self.aceptadas - ahora)
        assert ahora - self.aceptadas <= {ident}
        assert ident in ahora
        self.aceptadas = ahora

    @precondition(lambda self: self._propuestas())
    @rule(data=st.data())
    def rechaza(self, data: st.DataObject) -> None:
        ident = data.draw(st.sampled_from(self._propuestas()))
        self.oficina.rechazar(ident)
        self.rechazadas.add(ident)
        self.aceptadas.discard(ident)

    @precondition(lambda self: self.aceptadas)
    @rule(data=st.data())
    def deshace(self, data: st.DataObject) -> None:
        ident = data.draw(st.sampled_from(sorted(self.aceptadas)))
        self.oficina.deshacer(ident)
        self.aceptadas.discard(ident)

    @invariant()
    def nothing_is_settled_beyond_its_total(self) -> None:
        usado: dict[str, Decimal] = {}
        for cobro in self.oficina.cobros():
            usado[cobro.uuid] = usado.get(cobro.uuid, D(0)) + cobro.importe
        assert all(usado[uno] <= self.totales[uno] for uno in usado)

    @invariant()
    def what_was_accepted_stands(self) -> None:
        vigentes = {identidad(f.guardado.vigente) for f in self.oficina.filas() if f.guardado.vigente is not None}
        assert self.aceptadas <= vigentes

    @invariant()
    def what_was_refused_is_gone(self) -> None:
        assert not self.rechazadas & set(self._propuestas())

    def _propuestas(self) -> list[UUID]:
        return sorted(self._renglones())

    def _renglones(self) -> dict[UUID, set[str]]:
        """The rows that each proposal is of."""
        de: dict[UUID, set[str]] = {}
        for fila in self.oficina.filas():
            for propuesta in fila.guardado.resultado.propuestas:
                de.setdefault(identidad(propuesta), set()).add(propuesta.renglon)
        return de


TestHistoria = Historia.TestCase
TestHistoria.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
