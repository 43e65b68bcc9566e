"""What is matched by itself, what is only suggested, and what is neither (FISCAL.md 7.1)."""

import pytest

from horux_core.fiscal.conciliacion.model import Candidato, Clase, Decisiones, EstadoRenglon, Rechazo, Regla, Resultado
from tests.core.fiscal.conciliacion.bancos import D, documento, renglon, resuelve

P, PPD, PUE, N = Clase.PAGO, Clase.PPD, Clase.PUE, Clase.NOMINA


def docs(resultado: Resultado) -> list[tuple[str, ...]]:
    return [p.documentos for p in resultado.propuestas]


@pytest.mark.parametrize(("clase", "estado"), [(P, "conciliado"), (PPD, "sugerido"), (PUE, "conciliado")])
def test_one_exact_document_settles_the_row_but_a_ppd_waits_for_the_accountant(clase: Clase, estado: str) -> None:
    r = resuelve([renglon("r", "2026-01-11", "100.00")], [documento("d", clase, "2026-01-10", "100.00")])["r"]
    assert (r.estado, docs(r)) == (estado, [("d",)])
    assert r.propuestas[0].regla is Regla.EXACTA


def test_payroll_settles_a_debit() -> None:
    r = resuelve([renglon("r", "2026-01-15", "-900.00")], [documento("d", N, "2026-01-15", "-900.00")])["r"]
    assert r.estado is EstadoRenglon.CONCILIADO


@pytest.mark.parametrize(
    ("clase", "dia", "estado"),
    [
        (PUE, "2026-01-07", "conciliado"),
        (PUE, "2026-01-06", "sin_documento"),
        (PUE, "2026-01-20", "conciliado"),
        (PUE, "2026-01-21", "sin_documento"),
        (PPD, "2026-01-09", "sin_documento"),
        (PPD, "2026-05-10", "sugerido"),
        (PPD, "2026-05-11", "sin_documento"),
    ],
)
def test_the_row_lies_in_the_document_s_window(clase: Clase, dia: str, estado: str) -> None:
    r = resuelve([renglon("r", dia, "100.00")], [documento("d", clase, "2026-01-10", "100.00")])["r"]
    assert r.estado == estado


def test_money_in_is_never_matched_with_what_is_owed_by_us() -> None:
    r = resuelve([renglon("r", "2026-01-11", "100.00")], [documento("d", PUE, "2026-01-10", "-100.00")])["r"]
    assert r.estado is EstadoRenglon.SIN_DOCUMENTO


def test_a_payment_comes_before_a_ppd_and_a_ppd_before_a_pue() -> None:
    todos = [documento(c.name, c, "2026-01-10", "100.00") for c in (PUE, PPD, P)]
    row = renglon("r", "2026-01-11", "100.00")
    assert docs(resuelve([row], todos)["r"]) == [("PAGO",)]
    sin_pago = resuelve([row], todos[:2])["r"]
    assert sin_pago.estado is EstadoRenglon.SUGERIDO
    assert sorted(docs(sin_pago)) == [("PPD",), ("PUE",)]


def test_two_that_fit_are_both_suggested() -> None:
    dos = [documento("a", PUE, "2026-01-10", "100.00"), documento("b", PUE, "2026-01-10", "100.00", "XIA190128J61")]
    r = resuelve([renglon("r", "2026-01-11", "100.00")], dos)["r"]
    assert (r.estado, sorted(docs(r))) == (EstadoRenglon.SUGERIDO, [("a",), ("b",)])


def test_two_rows_that_one_document_fits_are_both_suggested_it() -> None:
    filas = [renglon("r", "2026-01-11", "100.00"), renglon("s", "2026-01-12", "100.00")]
    hechos = resuelve(filas, [documento("d", PUE, "2026-01-10", "100.00")])
    assert [hechos[r].estado for r in "rs"] == [EstadoRenglon.SUGERIDO] * 2


def test_the_text_singles_out_one_of_two() -> None:
    dos = [documento("a", PUE, "2026-01-10", "100.00"), documento("b", PUE, "2026-01-10", "100.00", "XIA190128J61")]
    r = resuelve([renglon("r", "2026-01-11", "100.00", "SPEI DE XIA190128J61")], dos)["r"]
    assert (r.estado, docs(r), r.propuestas[0].regla) == (EstadoRenglon.CONCILIADO, [("b",)], Regla.PUNTAJE)


def test_the_text_singles_out_one_of_two_rows() -> None:
    filas = [renglon("r", "2026-01-11", "100.00", "URE180429TM6"), renglon("s", "2026-01-18", "100.00")]
    hechos = resuelve(filas, [documento("d", PUE, "2026-01-10", "100.00")])
    assert hechos["r"].estado is EstadoRenglon.CONCILIADO
    assert hechos["s"].estado is EstadoRenglon.SIN_DOCUMENTO


def test_a_ppd_that_is_named_on_the_day_still_waits_for_the_accountant() -> None:
    r = resuelve([renglon("r", "2026-01-10", "100.00", "URE180429TM6")], [documento("d", PPD, "2026-01-10", "100.00")])
    assert r["r"].estado is EstadoRenglon.SUGERIDO


def test_two_rows_that_name_the_same_document_are_both_suggested_it() -> None:
    filas = [renglon(i, "2026-01-10", "100.00", "URE180429TM6") for i in "rs"]
    hechos = resuelve(filas, [documento("d", PUE, "2026-01-10", "100.00")])
    assert {r.estado for r in hechos.values()} == {EstadoRenglon.SUGERIDO}


def test_what_differs_by_cents_is_never_automatic_beside_what_does_not() -> None:
    dos = [documento("a", PUE, "2026-01-10", "100.05"), documento("b", PUE, "2026-01-01", "100.00", "XIA190128J61")]
    dos.append(documento("c", PUE, "2026-01-01", "100.00", "IIA040805DZ4"))
    r = resuelve([renglon("r", "2026-01-10", "100.00", "URE180429TM6")], dos)["r"]
    assert (r.estado, docs(r)[0]) == (EstadoRenglon.SUGERIDO, ("a",))


def test_documents_out_of_the_window_are_not_added_up() -> None:
    dos = [documento("a", PPD, "2026-01-01", "100.00"), documento("b", PUE, "2026-01-01", "50.00")]
    for texto in ("DEPOSITO", "URE180429TM6"):
        r = resuelve([renglon("r", "2026-01-12", "150.00", texto)], dos)["r"]
        assert r.estado is EstadoRenglon.SIN_DOCUMENTO


def test_a_peso_of_difference_is_suggested_with_what_it_is() -> None:
    r = resuelve([renglon("r", "2026-01-10", "99.60", "URE180429TM6")], [documento("d", PUE, "2026-01-10", "100.00")])[
        "r"
    ]
    assert (r.estado, r.propuestas[0].diferencia) == (EstadoRenglon.SUGERIDO, D("-0.40"))
    lejos = resuelve([renglon("r", "2026-01-10", "98.90")], [documento("d", PUE, "2026-01-10", "100.00")])["r"]
    assert lejos.estado is EstadoRenglon.SIN_DOCUMENTO


@pytest.mark.parametrize(("monto", "estado"), [("1019.00", "sugerido"), ("981.00", "sugerido"), ("1025.00", "sin")])
def test_foreign_currency_is_suggested_within_two_per_cent(monto: str, estado: str) -> None:
    usd = documento("d", P, "2026-01-10", "1000.00", moneda="USD")
    r = resuelve([renglon("r", "2026-01-10", monto)], [usd])["r"]
    assert r.estado.value.startswith(estado)


def test_up_to_five_documents_of_the_counterpart_add_up_to_the_row() -> None:
    cinco = [documento(f"d{i}", PPD, f"2026-01-0{i}", f"{i}01.00") for i in range(1, 7)]
    r = resuelve([renglon("r", "2026-02-01", "1505.00", "DEPOSITO")], cinco)["r"]
    assert (r.estado, docs(r)) == (EstadoRenglon.SUGERIDO, [("d1", "d2", "d3", "d4", "d5")])
    assert (
        resuelve([renglon("r", "2026-02-01", "2106.00", "DEPOSITO")], cinco)["r"].estado is EstadoRenglon.SIN_DOCUMENTO
    )


def test_documents_of_different_counterparts_or_of_nobody_are_not_added_up() -> None:
    ajenas = [documento("a", PPD, "2026-01-01", "100.00"), documento("b", PPD, "2026-01-01", "50.00", "XIA190128J61")]
    publico = [documento(i, PUE, "2026-01-30", m, "XAXX010101000") for i, m in (("a", "100.00"), ("b", "50.00"))]
    for todos in (ajenas, publico):
        assert resuelve([renglon("r", "2026-02-01", "150.00")], todos)["r"].estado is EstadoRenglon.SIN_DOCUMENTO


def test_rows_that_name_the_counterpart_pay_parts_of_one_document_up_to_its_saldo() -> None:
    filas = [renglon(f"r{i}", f"2026-01-1{i}", "400.00", "SPEI FAC A-1") for i in range(1, 4)]
    hechos = resuelve(filas, [documento("d", PPD, "2026-01-10", "1000.00", folio="A-1")])
    assert [docs(hechos[r.id]) for r in filas] == [[("d",)], [("d",)], []]
    assert hechos["r1"].propuestas[0].regla is Regla.PARCIALIDAD
    assert hechos["r1"].propuestas[0].partes[0].importe == D("400.00")
    callado = resuelve([renglon("r", "2026-01-11", "400.00")], [documento("d", PPD, "2026-01-10", "1000.00")])
    assert callado["r"].estado is EstadoRenglon.SIN_DOCUMENTO


@pytest.mark.parametrize(
    ("monto", "texto", "estado"),
    [
        ("-350.00", "Comisión por manejo de cuenta", "comision_bancaria"),
        ("-56.00", "IVA COMISION", "comision_bancaria"),
        ("-12.00", "ISR RETENIDO", "comision_bancaria"),
        ("350.00", "COMISION", "sin_documento"),
        ("-35000.00", "COMISION", "sin_documento"),
        ("-350.00", "COMISIONISTA", "sin_documento"),
    ],
)
def test_small_debits_in_the_bank_s_words_are_fees(monto: str, texto: str, estado: str) -> None:
    assert resuelve([renglon("r", "2026-01-11", monto, texto)], [])["r"].estado == estado


def test_a_fee_that_documents_explain_too_is_for_the_accountant() -> None:
    dos = [documento(i, PUE, "2026-01-11", "-350.00") for i in "ab"]
    r = resuelve([renglon("r", "2026-01-11", "-350.00", "COMISION")], dos)["r"]
    assert (r.estado, docs(r)) == (EstadoRenglon.SUGERIDO, [("a",), ("b",), ()])


def test_a_refused_fee_is_no_fee_again() -> None:
    rechazo = Decisiones(rechazadas=frozenset({Rechazo("r")}))
    r = resuelve([renglon("r", "2026-01-11", "-350.00", "COMISION")], [], rechazo)["r"]
    assert r.estado is EstadoRenglon.RECHAZADO


def test_a_transfer_between_own_accounts_pairs_both_rows() -> None:
    filas = [renglon("r", "2026-01-11", "-100.00", cuenta="A"), renglon("s", "2026-01-12", "100.00", cuenta="B")]
    hechos = resuelve(filas, [])
    assert [hechos[r].estado for r in "rs"] == [EstadoRenglon.TRASPASO] * 2
    assert [hechos[r].propuestas[0].contrarenglon for r in "rs"] == ["s", "r"]


def test_a_transfer_is_never_by_itself_when_two_fit_or_a_document_does() -> None:
    sale, entra = renglon("r", "2026-01-11", "-100.00"), renglon("s", "2026-01-12", "100.00", cuenta="B")
    otra = renglon("t", "2026-01-10", "100.00", cuenta="C")
    assert {r.estado for r in resuelve([sale, entra, otra], []).values()} == {EstadoRenglon.SUGERIDO}
    dos_salen = [sale, entra, renglon("t", "2026-01-12", "-100.00", cuenta="C")]
    assert {r.estado for r in resuelve(dos_salen, []).values()} == {EstadoRenglon.SUGERIDO}
    cobro = documento("d", PUE, "2026-01-12", "100.00")
    hechos = resuelve([sale, entra], [cobro])
    assert {r.estado for r in hechos.values()} == {EstadoRenglon.SUGERIDO}
    assert {p.regla for p in hechos["s"].propuestas} == {Regla.EXACTA, Regla.TRASPASO}
    misma = resuelve([sale, renglon("s", "2026-01-12", "100.00")], [])
    assert {r.estado for r in misma.values()} == {EstadoRenglon.SIN_DOCUMENTO}


def test_a_refused_pair_is_not_proposed_and_its_row_says_so() -> None:
    uno: list[Candidato] = [documento("d", PUE, "2026-01-10", "100.00")]
    rechazo = Decisiones(rechazadas=frozenset({Rechazo("r", frozenset({"d"}))}))
    r = resuelve([renglon("r", "2026-01-11", "100.00", "URE180429TM6")], uno, rechazo)["r"]
    assert (r.estado, r.propuestas) == (EstadoRenglon.RECHAZADO, ())


def test_a_refused_sum_gives_way_to_another() -> None:
    tres = [documento("a", PPD, "2026-01-01", "100.00"), documento("b", PPD, "2026-01-02", "50.00")]
    tres += [documento("c", PPD, "2026-01-03", "30.00"), documento("d", PPD, "2026-01-03", "20.00")]
    for texto in ("DEPOSITO", "URE180429TM6"):
        fila = [renglon("r", "2026-01-20", "150.00", texto)]
        assert docs(resuelve(fila, tres)["r"])[0] == ("a", "b")
        rechazo = Decisiones(rechazadas=frozenset({Rechazo("r", frozenset({"a", "b"}))}))
        assert docs(resuelve(fila, tres, rechazo)["r"])[0] == ("a", "c", "d")
