"""What holds for any books and any year."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.isr.model import Clase, Cuenta, OpcionesIsr
from horux_core.fiscal.isr.movimientos import cuentas, movimientos
from horux_core.fiscal.isr.year import year
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.model import Lado
from tests.core.fiscal.isr.azar import AzarIsr
from tests.core.fiscal.isr.libros import de_cuentas, factura, libro, meses, movidos

D = Decimal
_ACUMULATIVOS = (
    OpcionesIsr(moral=True, regimenes=("601",), coeficientes=((2025, D("0.2345")), (2024, D("0.2345")))),
    OpcionesIsr(moral=False, regimenes=("612",)),
    OpcionesIsr(moral=True, regimenes=("626",)),
)
semillas = st.integers(0, 10**6)
dinero = st.integers(-(10**7), 10**8).map(lambda c: D(c) / 100)
anios = st.lists(st.builds(Cuenta, ingresos=dinero, deducciones=dinero), min_size=12, max_size=12)
acumulativos = st.sampled_from(_ACUMULATIVOS)


@settings(max_examples=100, deadline=None)
@given(acumulativos, anios, st.lists(dinero, min_size=12, max_size=12))
def test_what_was_paid_and_withheld_is_at_least_the_tax_of_the_year_to_date_and_its_highest(
    opciones: OpcionesIsr, por_mes: list[Cuenta], retenido: list[Decimal]
) -> None:
    entrada = [replace(c, retenciones=abs(r)) for c, r in zip(por_mes, retenido, strict=True)]
    pagado = mayor = D(0)
    for mes in de_cuentas(opciones.regimenes[0], entrada, opciones):
        assert mes.isr_a_pagar >= 0
        assert mes.base >= 0
        assert mes.pagos_previos == pagado
        pagado += mes.isr_a_pagar
        mayor = max(mayor, mes.isr_causado - mes.retenciones)
        assert pagado == mayor


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([o for o in _ACUMULATIVOS if o.moral]), st.lists(st.integers(0, 10**8), min_size=12))
def test_without_withholdings_payments_add_up_to_the_tax_of_the_accumulated_base(
    opciones: OpcionesIsr, centavos: list[int]
) -> None:
    entrada = [Cuenta(ingresos=D(c) / 100) for c in centavos[:12]]
    propios = de_cuentas(opciones.regimenes[0], entrada, opciones)
    for k, mes in enumerate(propios, 1):
        assert sum(m.isr_a_pagar for m in propios[:k]) == mes.isr_causado


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**8))
def test_an_even_year_pays_in_612_the_tax_of_the_year_but_for_the_tariffs_own_cents(centavos: int) -> None:
    propios = de_cuentas("612", [Cuenta(ingresos=D(centavos) / 100)] * 12, _ACUMULATIVOS[1])
    assert abs(sum(m.isr_a_pagar for m in propios) - propios[-1].isr_causado) <= D("0.50")


@settings(max_examples=60, deadline=None)
@given(acumulativos, st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 10**7)), max_size=8))
def test_moving_a_document_to_another_month_changes_nothing_at_the_years_end(
    opciones: OpcionesIsr, facturas: list[tuple[int, int, int]]
) -> None:
    def en(cual: int) -> tuple[Decimal, ...]:
        documentos = [
            factura(f"F{k}", f"2026-{f[cual]:02d}-15T10:00:00", str(D(f[2]) / 100), "recibido" if k % 3 else "emitido")
            for k, f in enumerate(facturas)
        ]
        diciembre = meses(documentos, opciones)[opciones.regimenes[0]][-1]
        return diciembre.ingresos_acum, diciembre.deducciones_acum, diciembre.base, diciembre.isr_causado

    assert en(0) == en(1)


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_the_order_in_which_documents_arrived_does_not_matter(semilla: int) -> None:
    azar = AzarIsr(semilla)
    revueltos = Random(semilla).sample(azar.documentos, len(azar.documentos))
    hechos = [movidos(*d, opciones=azar.opciones, de_iva=azar.de_iva) for d in (azar.documentos, revueltos)]
    assert set(hechos[0]) == set(hechos[1])
    assert year(2026, cuentas(hechos[0]), azar.opciones) == year(2026, cuentas(hechos[1]), azar.opciones)


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_movements_asked_one_document_at_a_time_are_those_of_the_whole(semilla: int) -> None:
    azar = AzarIsr(semilla)
    documentos = libro(*azar.documentos)
    todos = movimientos(documentos, None, azar.opciones, azar.de_iva)
    por_uno = [m for u in documentos for m in movimientos(documentos, [u], azar.opciones, azar.de_iva)]
    assert sorted(map(repr, por_uno)) == sorted(map(repr, todos))


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_a_movement_has_a_key_of_its_own_and_is_never_nothing(semilla: int) -> None:
    azar = AzarIsr(semilla)
    todos = movidos(*azar.documentos, opciones=azar.opciones, de_iva=azar.de_iva)
    assert len({(m.uuid, m.pago, m.docto, m.clase) for m in todos}) == len(todos)
    assert all(m.importe for m in todos)


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_cash_moves_in_the_months_in_which_its_iva_does(semilla: int) -> None:
    azar = AzarIsr(semilla)
    resico = OpcionesIsr(moral=True, regimenes=("626",))
    flujos = {d.flujo.uuid: d.flujo for d in azar.documentos}
    de_iva, _ = eventos(flujos, None, azar.de_iva)
    momentos = {(e.uuid, e.pago, e.docto, e.lado): (e.periodo, e.fecha) for e in de_iva}
    for m in movidos(*azar.documentos, opciones=resico, de_iva=azar.de_iva):
        if flujos[m.uuid].tipo in (Tipo.INGRESO, Tipo.EGRESO, Tipo.PAGO):
            lado = Lado.EMITIDO if m.clase in (Clase.INGRESO, Clase.RETENCION) else Lado.RECIBIDO
            assert momentos[m.uuid, m.pago, m.docto, lado] == (m.periodo, m.fecha)


@settings(max_examples=30, deadline=None)
@given(semillas)
def test_cancelling_everything_leaves_nothing(semilla: int) -> None:
    azar = AzarIsr(semilla)
    cancelados = [replace(d, flujo=replace(d.flujo, vigente=False)) for d in azar.documentos]
    assert movidos(*cancelados, opciones=azar.opciones, de_iva=azar.de_iva) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(dinero, min_size=12, max_size=12), st.lists(dinero, min_size=12, max_size=12))
def test_rent_and_resico_of_a_fisica_pay_each_month_as_if_it_were_alone(
    ingresos: list[Decimal], retenido: list[Decimal]
) -> None:
    entrada = [Cuenta(ingresos=i, retenciones=abs(r)) for i, r in zip(ingresos, retenido, strict=True)]
    for regimen in ("606", "626"):
        opciones = OpcionesIsr(moral=False, regimenes=(regimen,))
        propios = de_cuentas(regimen, entrada, opciones)
        for k, mes in enumerate(propios):
            solo = de_cuentas(regimen, [*[Cuenta()] * k, entrada[k]], opciones)[k]
            assert (mes.base, mes.isr_a_pagar) == (solo.base, solo.isr_a_pagar)
            assert mes.isr_a_pagar - mes.retencion_excedente == mes.isr_causado - mes.retenciones
