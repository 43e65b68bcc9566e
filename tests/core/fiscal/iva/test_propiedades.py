"""What holds for any books."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.iva.eventos import eventos
from horux_core.fiscal.iva.mes import suma
from horux_core.fiscal.iva.model import Lado
from tests.core.fiscal.iva.azar import PERIODOS, Azar
from tests.core.fiscal.iva.libros import OPCIONES, documento, gravada, hechos, libro, meses, pagada

D = Decimal
semillas = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(semillas)
def test_the_order_in_which_documents_arrived_does_not_matter(semilla: int) -> None:
    documentos = Azar(semilla).documentos
    revueltos = Random(semilla + 1).sample(documentos, len(documentos))
    assert set(hechos(*documentos)) == set(hechos(*revueltos))
    assert meses(documentos, PERIODOS[0], PERIODOS[-1]) == meses(revueltos, PERIODOS[0], PERIODOS[-1])


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_events_asked_one_document_at_a_time_are_those_of_the_whole(semilla: int) -> None:
    documentos = libro(*Azar(semilla).documentos)
    uno_por_uno = [e for u in documentos for e in eventos(documentos, [u], OPCIONES)[0]]
    assert uno_por_uno == eventos(documentos, None, OPCIONES)[0]


@settings(max_examples=40, deadline=None)
@given(semillas)
def test_an_event_has_a_key_of_its_own(semilla: int) -> None:
    todos = hechos(*Azar(semilla).documentos)
    assert len({(e.uuid, e.pago, e.docto, e.lado) for e in todos}) == len(todos)


@settings(max_examples=30, deadline=None)
@given(semillas)
def test_cancelling_everything_leaves_nothing(semilla: int) -> None:
    cancelados = [replace(d, vigente=False) for d in Azar(semilla).documentos]
    assert eventos(libro(*cancelados), None, OPCIONES) == ([], [])


@settings(max_examples=60, deadline=None)
@given(semillas)
def test_no_balance_in_favour_and_no_payment_is_ever_negative(semilla: int) -> None:
    for mes in meses(Azar(semilla).documentos, PERIODOS[0], PERIODOS[-1]).values():
        assert mes.saldo_a_favor >= 0
        assert mes.a_pagar >= 0
        assert mes.saldo_a_favor_aplicado <= mes.saldo_anterior
        assert 0 <= mes.factor <= 1
        assert mes.a_pagar - mes.saldo_a_favor == mes.resultado - mes.saldo_anterior


@settings(max_examples=60, deadline=None)
@given(semillas)
def test_every_peso_of_iva_paid_is_credited_now_or_next_month_or_explained_as_lost(semilla: int) -> None:
    documentos = Azar(semilla).documentos
    for periodo, mes in meses(documentos, PERIODOS[0], PERIODOS[-1]).items():
        recibidos = [e for e in hechos(*documentos) if e.lado is Lado.RECIBIDO and str(e.periodo) == periodo]
        contado = suma(e.cubetas for e in recibidos)
        de_pct = sum((e.no_acreditable for e in recibidos if e.motivo is None), D(0))
        del_mes = mes.iva_acreditable - mes.retenido_mes_anterior + mes.retenido_acreditable + mes.iva_no_acreditable
        assert contado.iva_16 + contado.iva_8 + de_pct == del_mes


@settings(max_examples=80, deadline=None)
@given(
    base=st.integers(100, 10**8),
    cortes=st.lists(st.integers(0, 10**6), max_size=5),
    con_saldo=st.booleans(),
)
def test_prorated_payments_of_a_whole_invoice_add_up_to_it(base: int, cortes: list[int], con_saldo: bool) -> None:
    factura = documento("F", "2026-01-05", gravada(str(D(base) / 100), ret_iva="0.01"), metodo_pago="PPD")
    puntos = [*sorted((factura.total * c / 10**6).quantize(D("0.01")) for c in cortes), factura.total]
    antes, pagos = D("0.00"), []
    for k, punto in enumerate(puntos):
        saldo = factura.total - antes if con_saldo else None
        pagos.append(pagada(f"P{k}", "F", "2026-02-10", str(punto - antes), parcialidad=k + 1, saldo_anterior=saldo))
        antes = punto
    assert suma(e.cubetas for e in hechos(factura, *pagos) if e.uuid != factura.uuid) == factura.cubetas


def test_generated_books_hold_every_kind_of_document() -> None:
    tipos = {d.tipo for d in Azar(0).documentos}
    assert tipos == {Tipo.INGRESO, Tipo.PAGO, Tipo.EGRESO, Tipo.TRASLADO}
