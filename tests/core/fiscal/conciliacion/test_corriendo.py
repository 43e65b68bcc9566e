"""Matching anew when the books or the bank change: what a person decided stands, and nothing is settled twice."""

from datetime import date
from uuid import UUID

import pytest

from contracts.libros import a_credit_note, a_payment, a_ppd, recibido, uuid
from horux_core.fiscal.conciliacion import corriendo
from horux_core.fiscal.conciliacion.errors import (
    ConciliacionMissing,
    PropuestaMissing,
    SaldoInsuficiente,
)
from horux_core.fiscal.conciliacion.libro import identidad
from horux_core.fiscal.conciliacion.model import EstadoRenglon, Regla
from tests.core.fiscal.conciliacion.oficina import D, Oficina, factura, movimiento


@pytest.fixture
def oficina() -> Oficina:
    return Oficina()


def test_a_document_that_comes_later_is_matched_then(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    assert oficina.estados() == ["sin_documento"]
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.otra_vez()
    assert oficina.estados() == ["conciliado"]
    (cobro,) = oficina.cobros()
    assert (cobro.uuid, cobro.fecha, cobro.importe) == (uuid(1), date(2026, 1, 11), D("1160.00"))


def test_a_second_document_that_fits_takes_back_what_was_matched_by_itself(oficina: Oficina) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    assert oficina.estados() == ["conciliado"]
    oficina.despacho.enter(factura(2, "2026-01-10", "1160.00", rfc_receptor="XIA190128J61"))
    oficina.otra_vez()
    assert oficina.estados() == ["sugerido"]
    assert oficina.cobros() == ()


def test_what_was_accepted_stands_whatever_comes(oficina: Oficina) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    oficina.aceptar(oficina.propuesta())
    oficina.despacho.enter(factura(2, "2026-01-10", "1160.00", rfc_receptor="XIA190128J61"))
    oficina.otra_vez()
    oficina.carga(movimiento("2026-01-12", "1160.00"))
    assert oficina.estados() == ["conciliado", "conciliado"]
    assert oficina.documentos() == [[(uuid(1),)], [(uuid(2),)]]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_match_with_a_cancelled_document_stays_to_be_reviewed(oficina: Oficina, accepted: bool) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    if accepted:
        oficina.aceptar(oficina.propuesta())
    oficina.cancelar(uuid(1))
    oficina.despacho.enter(factura(2, "2026-01-10", "1160.00"))
    oficina.otra_vez()
    (fila,) = oficina.filas(por_revisar=True)
    assert (fila.por_revisar, oficina.documentos()) == (True, [[(uuid(1),)]])
    oficina.rechazar(oficina.propuesta())
    oficina.otra_vez()
    assert (oficina.estados(), oficina.documentos()) == (["conciliado"], [[(uuid(2),)]])
    assert oficina.filas(por_revisar=True) == []


def test_a_refused_pair_never_comes_again(oficina: Oficina) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    ident = oficina.propuesta()
    oficina.rechazar(ident)
    for _ in range(2):
        assert (oficina.estados(), oficina.documentos()) == (["rechazado"], [[]])
        oficina.carga(movimiento("2026-01-11", "1160.00"))
    with pytest.raises(PropuestaMissing):
        oficina.aceptar(ident)
    oficina.carga(movimiento("2026-01-12", "1160.00"))
    assert oficina.estados() == ["rechazado", "conciliado"]


def test_accepting_one_of_two_leaves_the_other_to_take_its_place(oficina: Oficina) -> None:
    oficina.despacho.enter(
        factura(1, "2026-01-10", "1160.00"), factura(2, "2026-01-10", "1160.00", rfc_receptor="XIA190128J61")
    )
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    una, otra = oficina.propuesta(0, 0), oficina.propuesta(0, 1)
    oficina.aceptar(otra)
    assert (oficina.estados(), oficina.propuesta()) == (["conciliado"], otra)
    oficina.aceptar(una)
    assert [c.uuid for c in oficina.cobros()] == [oficina.documentos()[0][0][0]]
    assert oficina.propuesta() == una
    oficina.otra_vez()
    assert oficina.propuesta() == una


def test_what_was_accepted_can_be_undone_once(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    ident = oficina.propuesta()
    with pytest.raises(ConciliacionMissing):
        oficina.deshacer(ident)
    oficina.aceptar(ident)
    oficina.deshacer(ident)
    assert (oficina.estados(), oficina.cobros()) == (["sugerido"], ())
    with pytest.raises(ConciliacionMissing):
        oficina.deshacer(ident)
    oficina.otra_vez()
    assert oficina.propuesta() == ident


def test_accepting_takes_the_document_from_the_other_rows(oficina: Oficina) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"), movimiento("2026-01-12", "1160.00"))
    assert oficina.estados() == ["sugerido", "sugerido"]
    otra = oficina.propuesta(1)
    oficina.aceptar(oficina.propuesta(0))
    assert oficina.estados() == ["conciliado", "sin_documento"]
    with pytest.raises(PropuestaMissing):
        oficina.aceptar(otra)


def test_the_other_half_of_a_transfer_is_free_when_its_row_takes_a_document(oficina: Oficina) -> None:
    oficina.despacho.enter(recibido(a_ppd(1, "500.00")))
    oficina.carga(movimiento("2026-01-20", "-500.00", "TRASPASO"))
    oficina.carga(movimiento("2026-01-21", "500.00", "TRASPASO"), cuenta="Otra")
    assert oficina.estados() == ["sugerido", "sugerido"]
    (de_factura,) = [p for p in oficina.propuestas(0) if p.documentos]
    (traspaso,) = [p for p in oficina.propuestas(0) if p.contrarenglon]
    oficina.aceptar(identidad(traspaso))
    assert oficina.estados() == ["traspaso", "traspaso"]
    oficina.aceptar(identidad(de_factura))
    assert oficina.estados() == ["conciliado", "sugerido"]
    assert [fila.guardado.aceptada for fila in oficina.filas()] == [identidad(de_factura), None]


def test_a_cancelled_document_cannot_be_accepted(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    oficina.cancelar(uuid(1))
    with pytest.raises(SaldoInsuficiente):
        oficina.aceptar(oficina.propuesta())


def test_an_accepted_row_keeps_its_other_proposals_through_a_run(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"), a_ppd(2, "1160.00", rfc_receptor="XIA190128J61"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    oficina.aceptar(oficina.propuesta(0, 1))
    antes = oficina.filas()
    assert len(oficina.propuestas(0)) == 2
    oficina.otra_vez()
    assert oficina.filas() == antes


def test_a_p_dated_after_the_bank_s_last_row_covers_what_a_row_settled_of_its_ppd(oficina: Oficina) -> None:
    """The P of 20 February is no candidate for these rows, and yet it is the money of the first."""
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "580.00", "FAC URE180429TM6"))
    oficina.aceptar(oficina.propuesta())
    oficina.despacho.enter(a_payment(3, 1, pagado="580.00"))
    oficina.carga(movimiento("2026-01-25", "580.00", "SALDO"))
    assert oficina.documentos()[1] == [(uuid(1),)]


def test_accepting_twice_changes_and_tells_nothing(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    ident = oficina.propuesta()
    oficina.aceptar(ident)
    antes = oficina.filas(), oficina.despacho.deeds()
    oficina.aceptar(ident)
    assert (oficina.filas(), oficina.despacho.deeds()) == antes


def test_what_the_bank_brings_is_followed_up_and_the_following_is_not(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.otra_vez()
    assert (len(oficina.changed), oficina.estados()) == (1, ["sugerido"])
    oficina.aceptar(oficina.propuesta())
    assert len(oficina.changed) == 2


def test_a_proposal_is_not_accepted_beyond_what_is_owed_by_then(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-01-20", "1160.00"))
    oficina.despacho.enter(a_credit_note(2, 1, total="160.00"))
    with pytest.raises(SaldoInsuficiente):
        oficina.aceptar(oficina.propuesta())
    with pytest.raises(PropuestaMissing):
        oficina.aceptar(UUID(int=5))


def test_the_p_of_a_row_accepted_for_its_ppd_is_not_matched_again(oficina: Oficina) -> None:
    oficina.despacho.enter(a_ppd(1, "1160.00"))
    oficina.carga(movimiento("2026-02-20", "580.00", "ABONO FAC URE180429TM6"))
    (fila,) = oficina.filas()
    assert fila.guardado.resultado.propuestas[0].regla is Regla.PARCIALIDAD
    oficina.aceptar(oficina.propuesta())
    oficina.despacho.enter(a_payment(3, 1, pagado="580.00"))
    oficina.carga(movimiento("2026-02-21", "580.00"))
    estados, documentos = oficina.estados(), oficina.documentos()
    assert estados[0] == "conciliado"
    # The P is the money of the first row: the second is of what is left of the PPD, and waits for a person.
    assert (estados[1], documentos[1]) == ("sugerido", [(uuid(1),)])


def test_a_transfer_is_accepted_refused_and_undone_for_both_its_rows(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-10", "-500.00", "TRASPASO"))
    oficina.carga(movimiento("2026-01-11", "500.00", "TRASPASO"), cuenta="Otra")
    assert oficina.estados() == ["traspaso"] * 2
    ident = oficina.propuesta(0)
    assert oficina.propuesta(1) == ident
    oficina.aceptar(ident)
    oficina.otra_vez()
    assert [fila.guardado.aceptada for fila in oficina.filas()] == [ident] * 2
    oficina.deshacer(ident)
    assert oficina.estados() == ["sugerido"] * 2
    oficina.rechazar(ident)
    oficina.otra_vez()
    assert oficina.estados() == ["rechazado"] * 2


def test_running_again_changes_nothing(oficina: Oficina) -> None:
    oficina.despacho.enter(*(factura(n, f"2026-01-{n + 9}", f"{n % 3 + 1}00.00") for n in range(1, 9)))
    oficina.carga(*(movimiento(f"2026-01-{n + 10}", f"{n % 4 + 1}00.00") for n in range(1, 9)))
    antes = oficina.filas()
    oficina.otra_vez()
    assert oficina.filas() == antes


def test_rows_out_of_reach_stay_as_they_are(oficina: Oficina, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corriendo, "ULTIMOS", 1)
    oficina.carga(movimiento("2026-01-11", "1160.00"), movimiento("2026-09-11", "70.00"))
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"), factura(2, "2026-09-10", "70.00"))
    oficina.otra_vez()
    assert oficina.estados() == ["sin_documento", "conciliado"]
    oficina.carga(movimiento("2026-01-12", "5.00"))
    assert oficina.estados()[0] == "conciliado"


def test_rows_out_of_reach_keep_their_state_and_their_documents(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that fit take back what was matched by itself, but not before the reach of the run."""
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.carga(movimiento("2026-01-11", "1160.00"), movimiento("2026-01-14", "70.00"))
    monkeypatch.setattr(corriendo, "ULTIMOS", 1)
    oficina.despacho.enter(factura(2, "2026-01-10", "1160.00", rfc_receptor="XIA190128J61"))
    oficina.otra_vez()
    assert oficina.estados() == ["conciliado", "sin_documento"]
    oficina.despacho.enter(factura(3, "2026-01-12", "70.00"))
    oficina.otra_vez()
    assert oficina.estados() == ["conciliado", "conciliado"]
    monkeypatch.setattr(corriendo, "ULTIMOS", 2)
    oficina.otra_vez()
    assert oficina.estados() == ["sugerido", "conciliado"]


def test_a_document_of_a_row_out_of_reach_is_not_given_to_another(oficina: Oficina) -> None:
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00", rfc_receptor="XIA190128J61"))
    oficina.carga(movimiento("2026-01-11", "1160.00"))
    oficina.carga(movimiento("2026-01-12", "1160.00", "SPEI XIA190128J61"))
    assert oficina.documentos() == [[(uuid(1),)], []]


def test_an_open_row_out_of_reach_waits_for_a_statement_near_it(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corriendo, "ULTIMOS", 1)
    oficina.carga(movimiento("2026-01-11", "1160.00"), movimiento("2026-03-11", "5.00"))
    oficina.despacho.enter(factura(1, "2026-01-10", "1160.00"))
    oficina.otra_vez()
    assert oficina.estados() == ["sin_documento"] * 2
    oficina.carga(movimiento("2026-03-12", "6.00"))
    assert oficina.estados()[0] == "conciliado"


def test_a_fee_is_told_apart_and_can_be_refused(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-31", "-350.00", "COMISION"))
    assert oficina.estados() == [EstadoRenglon.COMISION_BANCARIA.value]
    oficina.rechazar(oficina.propuesta())
    oficina.otra_vez()
    assert oficina.estados() == ["rechazado"]
