"""What holds of the forecast of any books."""

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.pronostico.model import Antecedente, Concepto, Libros
from horux_core.fiscal.pronostico.pronosticando import pronosticar
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.pronostico.libros import HOY, D, al_azar

semillas = st.integers(0, 2**32)
saldos = st.integers(-(10**7), 10**7).map(lambda n: D(n) / 100)


@settings(max_examples=150, deadline=None)
@given(semillas, saldos)
def test_every_week_is_the_sum_of_its_details_and_every_balance_the_one_before_it_and_them(
    semilla: int, saldo: D
) -> None:
    libros = al_azar(semilla)
    hecho = pronosticar(libros, saldo, HOY)
    conocidos = {x.uuid for x in (*libros.emitidos, *libros.recibidos, *libros.nominas)}
    conocidos |= {""}
    for semana in hecho.semanas:
        assert semana.entradas == sum((d.importe for d in semana.detalles if d.entra), D(0))
        assert semana.salidas == sum((d.importe for d in semana.detalles if not d.entra), D(0))
        assert semana.saldo == saldo + semana.entradas - semana.salidas
        assert all(semana.desde <= d.fecha <= semana.hasta and d.importe > 0 for d in semana.detalles)
        for d in semana.detalles:
            assert d.importe == sum((p.importe for p in d.partes), D(0))
            assert d.partes
            assert {p.uuid for p in d.partes} <= conocidos
            assert all(p.uuid or d.concepto is Concepto.IMPUESTO for p in d.partes)
        saldo = semana.saldo
    if hecho.primer_negativo is None:
        assert all(semana.saldo >= 0 for semana in hecho.semanas)
    else:
        al_dia = [d for s in hecho.semanas for d in s.detalles if d.fecha <= hecho.primer_negativo]
        assert hecho.saldo_inicial + sum((d.importe if d.entra else -d.importe for d in al_dia), D(0)) < 0


@settings(max_examples=150, deadline=None)
@given(semillas)
def test_each_open_invoice_is_expected_once(semilla: int) -> None:
    libros = al_azar(semilla)
    hecho = pronosticar(libros, D(0), HOY)
    todos = [d for s in hecho.semanas for d in s.detalles] + list(hecho.despues)
    esperados = [d.partes[0].uuid for d in todos if d.entra]
    abiertas = {x.uuid: x for x in libros.emitidos}
    assert len(esperados) == len(set(esperados))
    assert all(abiertas[uuid].vigente and abiertas[uuid].tipo is Tipo.INGRESO for uuid in esperados)


@settings(max_examples=150, deadline=None)
@given(semillas)
def test_what_is_cancelled_an_e_a_t_or_of_a_mean_s_current_month_counts_for_nothing(semilla: int) -> None:
    libros = al_azar(semilla)

    def cuenta(d: Antecedente, *, media: bool) -> bool:
        actual = Periodo.of(d.fecha) >= Periodo.of(HOY) and (media or d.metodo_pago != "PPD")
        return d.vigente and d.tipo not in (Tipo.EGRESO, Tipo.TRASLADO) and not actual

    limpios = replace(
        libros,
        emitidos=tuple(d for d in libros.emitidos if cuenta(d, media=False)),
        recibidos=tuple(d for d in libros.recibidos if cuenta(d, media=False)),
        nominas=tuple(d for d in libros.nominas if cuenta(d, media=True)),
        impuestos=tuple(replace(c, a_pagar=None) if c.periodo >= Periodo.of(HOY) else c for c in libros.impuestos),
    )
    assert pronosticar(limpios, D(0), HOY) == pronosticar(libros, D(0), HOY)


@settings(max_examples=100, deadline=None)
@given(semillas)
def test_the_order_of_what_comes_in_changes_nothing(semilla: int) -> None:
    libros, azar = al_azar(semilla), random.Random(semilla)

    def revuelto(cosas: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(azar.sample(cosas, len(cosas)))

    nombres = ("clientes", "proveedores", "emitidos", "recibidos", "nominas", "impuestos")
    otro = Libros(**{nombre: revuelto(getattr(libros, nombre)) for nombre in nombres})  # type: ignore[arg-type]
    assert pronosticar(otro, D(0), HOY) == pronosticar(libros, D(0), HOY)


@settings(max_examples=100, deadline=None)
@given(semillas)
def test_nothing_is_expected_in_the_past(semilla: int) -> None:
    hecho = pronosticar(al_azar(semilla), D(0), HOY)
    ultimo = HOY + timedelta(days=7 * 13 - 1)
    assert all(HOY <= d.fecha <= ultimo for s in hecho.semanas for d in s.detalles)
    assert all(d.fecha > ultimo for d in hecho.despues)
