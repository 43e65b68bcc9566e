"""What holds whatever the bank and the books say."""

import random
import time
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from horux_core.fiscal.conciliacion.decidiendo import aceptar, rechazar, rechazo_de
from horux_core.fiscal.conciliacion.emparejando import conciliar
from horux_core.fiscal.conciliacion.errors import PropuestaRechazada, RenglonYaConciliado, SaldoInsuficiente
from horux_core.fiscal.conciliacion.model import Clase, Decisiones, EstadoRenglon, Propuesta
from tests.core.fiscal.conciliacion.bancos import Azar, D, documento, renglon

semillas = st.integers(0, 2**32)
CIERTOS = {EstadoRenglon.CONCILIADO, EstadoRenglon.TRASPASO, EstadoRenglon.COMISION_BANCARIA}


def _uso(decisiones: Decisiones) -> dict[str, Decimal]:
    uso: dict[str, Decimal] = {}
    for propuesta in decisiones.aceptadas:
        for parte in propuesta.partes:
            uso[parte.documento] = uso.get(parte.documento, D(0)) + parte.importe
    return uso


@settings(max_examples=150, deadline=None)
@given(semillas)
def test_the_order_of_what_comes_in_changes_nothing(semilla: int) -> None:
    banco, azar = Azar(semilla), random.Random(semilla)
    directo = conciliar(banco.renglones, banco.candidatos)
    azar.shuffle(banco.renglones)
    azar.shuffle(banco.candidatos)
    assert conciliar(banco.renglones, banco.candidatos) == directo


@settings(max_examples=150, deadline=None)
@given(semillas)
def test_every_row_has_one_answer_and_what_is_certain_is_compatible(semilla: int) -> None:
    banco = Azar(semilla)
    resultados = conciliar(banco.renglones, banco.candidatos)
    assert sorted(r.renglon for r in resultados) == sorted(r.id for r in banco.renglones)
    seguras = [r.propuestas[0] for r in resultados if r.estado in CIERTOS]
    documentos = [d for p in seguras for d in p.documentos]
    assert len(documentos) == len(set(documentos))
    decisiones = Decisiones()
    for propuesta in seguras:
        if propuesta.renglon not in decisiones.renglones:
            decisiones = aceptar(decisiones, propuesta, banco.candidatos)
    saldos = {c.id: c.saldo for c in banco.candidatos}
    assert all(usado <= saldos[d] for d, usado in _uso(decisiones).items())


@settings(max_examples=150, deadline=None)
@given(semillas)
def test_whatever_is_accepted_or_refused_no_document_exceeds_its_saldo_and_no_row_is_used_twice(semilla: int) -> None:
    banco, azar, decisiones = Azar(semilla), random.Random(semilla), Decisiones()
    saldos = {c.id: c.saldo for c in banco.candidatos}
    vistas: list[Propuesta] = []
    for _ in range(6):
        propuestas = [p for r in conciliar(banco.renglones, banco.candidatos, decisiones) for p in r.propuestas]
        rechazadas = {rechazo_de(p) for p in propuestas if p not in decisiones.aceptadas} & decisiones.rechazadas
        assert rechazadas == set()
        vistas += propuestas
        for propuesta in azar.sample(vistas, min(4, len(vistas))):
            if azar.random() < 0.4:
                decisiones = rechazar(decisiones, propuesta)
                continue
            try:
                decisiones = aceptar(decisiones, propuesta, banco.candidatos)
            except (RenglonYaConciliado, SaldoInsuficiente, PropuestaRechazada):
                continue
        de_renglon = [x for p in decisiones.aceptadas for x in (p.renglon, p.contrarenglon) if x is not None]
        assert len(de_renglon) == len(set(de_renglon))
        assert all(usado <= saldos[d] for d, usado in _uso(decisiones).items())


@settings(max_examples=100, deadline=None)
@given(semillas)
def test_nothing_is_automatic_when_two_documents_of_the_class_fit_alike(semilla: int) -> None:
    """Every automatic document has a twin planted beside it: then none of those rows is automatic any more."""
    banco = Azar(semilla)
    antes = {r.renglon: r for r in conciliar(banco.renglones, banco.candidatos) if r.estado is EstadoRenglon.CONCILIADO}
    por_id = {c.id: c for c in banco.candidatos}
    gemelos = []
    for resultado in antes.values():
        original = por_id[resultado.propuestas[0].documentos[0]]
        gemelos.append(
            documento(
                f"{original.id}x",
                original.clase,
                original.fecha.isoformat(),
                f"{original.signo.value}{original.saldo}",
                original.contraparte,
                folio=original.folio,
            )
        )
    despues = {r.renglon: r for r in conciliar(banco.renglones, [*banco.candidatos, *gemelos])}
    for id_ in antes:
        assert despues[id_].estado is EstadoRenglon.SUGERIDO


def test_a_year_of_a_large_client_is_matched_in_seconds() -> None:
    azar = random.Random(5)
    dias = [f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}" for i in range(330)]
    rfcs = [f"AAA{azar.randrange(70, 99)}0101{i:03d}" for i in range(900)]
    candidatos = [
        documento(
            f"d{i}",
            azar.choice(list(Clase)),
            azar.choice(dias),
            f"{azar.choice('+-')}{azar.randrange(1, 10**5)}.00",
            azar.choice(rfcs),
            folio=f"F-{i}",
        )
        for i in range(50_000)
    ]
    renglones = [
        renglon(
            f"r{i}",
            azar.choice(dias),
            f"{azar.choice('+-')}{azar.randrange(1, 10**5)}.00",
            azar.choice(["SPEI", f"PAGO {azar.choice(rfcs)}"]),
            azar.choice("AB"),
        )
        for i in range(5_000)
    ]
    inicio = time.process_time()
    assert len(conciliar(renglones, candidatos)) == 5_000
    assert time.process_time() - inicio < 30
