"""The bank over HTTP: statements of every kind taken in, what is refused of them, lists and decisions."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.samples import an_xml
from horux_core.kernel.rfc import Rfc
from tests.adapters.hojas.hojas import un_csv, un_ofx, un_xlsx
from tests.http.banco import CSV, code, csv, listed, uploaded
from tests.http.whole import CLIENT, OTHER, Whole, whole

FOLIO = "5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c1{}"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    path: Path = tmp_path_factory.mktemp("datos")
    with whole(path) as built:
        yield built


@pytest.fixture
def product(started: Whole) -> Iterator[Whole]:
    """With no bank and no documents."""
    yield started
    tenant = started.horux.gateways.registry().find(Rfc(CLIENT)).id
    with started.horux.gateways.books().databases[tenant].transaction() as tables:
        tables.clear()


def entered(product: Whole, n: int, total: str = "1160.00", fecha: str = "2026-01-10T10:00:00", **mas: Any) -> str:
    uuid = FOLIO.format(n)
    xml = an_xml(uuid=uuid, rfc_emisor=CLIENT, fecha=fecha, total=total, **mas)
    headers = {**product.credential("owner"), "Content-Type": "application/xml"}
    answer = product.http.post("/api/cfdi", content=xml, headers=headers)
    assert answer.status_code == 201, answer.text
    return uuid


def decided(product: Whole, ident: str, verbo: str) -> Any:
    answer = product.http.post(f"/api/conciliacion/{ident}/{verbo}", headers=product.credential("contador"))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("statement", [un_csv, un_xlsx, un_ofx])
def test_a_statement_of_each_format_is_taken_once(product: Whole, statement: Any) -> None:
    fields = {"cuenta": "BBVA 0123"}
    first, again = (uploaded(product, statement(), **fields).json() for _ in range(2))
    assert (first["renglones"], first["nuevos"], again["nuevos"]) == (4, 4, 0)
    assert first["cuenta"] == {**again["cuenta"], "nombre": "BBVA 0123", "moneda": "MXN"}
    assert (first["desde"], first["hasta"]) == ("2026-01-11", "2026-01-31")
    assert len(listed(product)["items"]) == 4


def test_a_row_is_shown_with_what_it_was_matched_with(product: Whole) -> None:
    uuid = entered(product, 1)
    told = uploaded(product, csv("11/01/2026,SPEI FAC A1,,1160.00,5000.00")).json()
    assert told["estados"]["conciliado"] == 1
    (row,) = listed(product)["items"]
    assert {name: row[name] for name in ("fecha", "importe", "importeMxn", "saldo", "estado", "porRevisar")} == {
        "fecha": "2026-01-11", "importe": "1160.00", "importeMxn": "1160.00", "saldo": "5000.00",
        "estado": "conciliado", "porRevisar": False,
    }  # fmt: skip
    (proposal,) = row["propuestas"]
    assert (proposal["estado"], proposal["regla"], proposal["aceptada"]) == ("conciliado", "exacta", False)
    (document,) = proposal["documentos"]
    assert {name: document[name] for name in ("uuid", "pago", "importe", "tipo", "fecha", "cancelado")} == {
        "uuid": uuid, "pago": None, "importe": "1160.00", "tipo": "I", "fecha": "2026-01-10", "cancelado": False,
    }  # fmt: skip


def test_a_match_tells_the_day_a_pue_was_paid_and_moves_no_tax(product: Whole) -> None:
    """FISCAL.md 7.1, item 6."""
    uuid = entered(product, 1)
    headers = product.credential("owner")
    before = product.http.get("/api/iva?anio=2026", headers=headers).json()
    assert product.http.get(f"/api/cfdi/{uuid}", headers=headers).json()["fechaPagoReal"] is None
    uploaded(product, csv("13/01/2026,SPEI,,1160.00,"))
    assert product.http.get(f"/api/cfdi/{uuid}", headers=headers).json()["fechaPagoReal"] == "2026-01-13"
    assert product.http.get("/api/iva?anio=2026", headers=headers).json() == before


def test_a_suggestion_is_accepted_undone_and_refused(product: Whole) -> None:
    entered(product, 1, metodo_pago="PPD", forma_pago="99")
    uploaded(product, csv("20/01/2026,DEPOSITO,,1160.00,"))
    (row,) = listed(product, "?estado=sugerido")["items"]
    ident = row["propuestas"][0]["id"]
    (accepted,) = decided(product, ident, "aceptar")
    assert (accepted["id"], accepted["estado"]) == (row["id"], "conciliado")
    assert accepted["propuestas"][0]["aceptada"] is True
    assert decided(product, ident, "deshacer")[0]["estado"] == "sugerido"
    assert decided(product, ident, "rechazar")[0]["estado"] == "rechazado"
    gone = product.http.post(f"/api/conciliacion/{ident}/aceptar", headers=product.credential("owner"))
    assert code(gone) == (404, "propuesta-missing")


def test_a_cancelled_document_s_match_asks_for_review(product: Whole) -> None:
    uuid = entered(product, 1)
    uploaded(product, csv("11/01/2026,SPEI,,1160.00,"))
    assert listed(product, "?porRevisar=true")["items"] == []
    sent = {"estado": "cancelado", "fechaCancelacion": "2026-02-01"}
    product.http.patch(f"/api/cfdi/{uuid}", json=sent, headers=product.credential("owner"))
    (row,) = listed(product, "?porRevisar=true")["items"]
    assert (row["porRevisar"], row["propuestas"][0]["documentos"][0]["cancelado"]) == (True, True)


def test_a_list_is_narrowed_and_paged(product: Whole) -> None:
    uploaded(product, csv(*(f"{n:02d}/01/2026,DEPOSITO {n},,{n}.00," for n in range(1, 6))), cuenta="Uno")
    uploaded(product, csv("03/02/2026,COMISION,9.00,,"), cuenta="Dos")
    assert [i["fecha"] for i in listed(product, "?desde=2026-01-02&hasta=2026-01-04")["items"]] == [
        "2026-01-04", "2026-01-03", "2026-01-02",
    ]  # fmt: skip
    assert [i["estado"] for i in listed(product, "?cuenta=dos")["items"]] == ["comision_bancaria"]
    seen, cursor = [], ""
    for _ in range(3):
        page = listed(product, f"?cuenta=uno&limit=2{cursor}")
        seen += [i["fecha"] for i in page["items"]]
        cursor = f"&cursor={page['nextCursor']}"
    assert (seen, page["nextCursor"]) == ([f"2026-01-{n:02d}" for n in range(5, 0, -1)], None)
    for query in ("?cuenta=tres", "?cursor=x", "?desde=ayer", "?estado=x"):
        answer = product.http.get(f"/api/conciliacion{query}", headers=product.credential("visor"))
        assert answer.status_code in (400, 422), query


def test_one_client_s_bank_is_not_another_s(product: Whole) -> None:
    uploaded(product, csv("20/01/2026,DEPOSITO,,1160.00,"))
    viewing = {**product.credential("operator"), "X-View-Tenant": OTHER}
    assert product.http.get("/api/conciliacion", headers=viewing).json()["items"] == []


def test_a_foreign_account_needs_its_rate(product: Whole) -> None:
    content = csv("20/01/2026,WIRE,,100.00,")
    assert code(uploaded(product, content, moneda="usd")) == (422, "tipo-cambio-faltante")
    assert code(uploaded(product, content, moneda="usd", tipoCambio="18,5")) == (422, "amount-malformed")
    assert uploaded(product, content, moneda="usd", tipoCambio="18.50").status_code == 200
    (row,) = listed(product)["items"]
    assert (row["importe"], row["importeMxn"], row["cuenta"]["moneda"]) == ("100.00", "1850.00", "USD")


@pytest.mark.parametrize(
    ("lines", "importes"),
    [
        (["11/01/2026,X,(1,)160.00,,"], None),
        (['11/01/2026,X,"1,160.00",,'], ["-1160.00"]),
        (["11/01/2026,X,(1160.00),,", "12/01/2026,Y,,7,"], ["-1160.00", "7.00"]),
        (["11/01/2026,X,1.00,2.00,"], None),
        (["11/01/2026,X,uno,,"], None),
    ],
)
def test_debits_and_credits_and_brackets(product: Whole, lines: list[str], importes: list[str] | None) -> None:
    answer = uploaded(product, csv(*lines))
    if importes is None:
        assert code(answer) == (422, "renglon-ilegible")
        assert listed(product)["items"] == []
    else:
        assert [i["importe"] for i in reversed(listed(product)["items"])] == importes


@pytest.mark.parametrize(
    ("dias", "leidos"),
    [
        (["03/04/2026", "05/04/2026"], ["2026-04-03", "2026-04-05"]),
        (["03/04/2026", "03/25/2026"], ["2026-03-04", "2026-03-25"]),
        (["25/03/2026", "03/04/2026"], ["2026-03-25", "2026-04-03"]),
        (["25/03/2026", "03/25/2026"], None),
    ],
)
def test_the_day_comes_first_unless_the_file_shows_it_cannot(
    product: Whole, dias: list[str], leidos: list[str] | None
) -> None:
    answer = uploaded(product, csv(*(f"{dia},X,1.00,," for dia in dias)))
    if leidos is None:
        assert code(answer) == (422, "fechas-ambiguas")
    else:
        assert [i["fecha"] for i in reversed(listed(product)["items"])] == leidos


def test_a_csv_in_latin_1_keeps_its_accents(product: Whole) -> None:
    uploaded(product, CSV.format("11/01/2026,COMISIÓN AÑO,1.00,,").encode("latin-1"))
    assert listed(product)["items"][0]["descripcion"] == "COMISIÓN AÑO"


def test_what_is_no_form_or_has_two_files_is_refused(product: Whole) -> None:
    headers = product.credential("contador")
    plain = product.http.post(
        "/api/conciliacion/estado-cuenta", content=b"x", headers={**headers, "Content-Type": "text/csv"}
    )
    assert plain.status_code == 415
    two = [("archivo", ("a.csv", b"x")), ("archivo", ("b.csv", b"y"))]
    answer = product.http.post("/api/conciliacion/estado-cuenta", files=two, headers=headers)
    assert code(answer) == (422, "carga-mal-formada")
    assert "estado de cuenta" in answer.json()["detail"]
    none = product.http.post("/api/conciliacion/estado-cuenta", data={"cuenta": "x"}, files={}, headers=headers)
    assert none.status_code in (415, 422)


def test_an_account_is_asked_for_where_the_file_names_none(product: Whole) -> None:
    assert code(uploaded(product, csv("11/01/2026,X,1.00,,"), cuenta="")) == (422, "cuenta-faltante")


def test_a_name_of_a_file_that_cannot_be_shown_is_kept_without_it(product: Whole) -> None:
    assert uploaded(product, csv("11/01/2026,X,1.00,,"), name="a\x01\x7fb.csv").status_code == 200
    trail = product.http.get("/api/auditoria", headers=product.credential("owner")).json()["items"]
    assert trail[0]["detail"]["archivo"] == "ab.csv"


def test_the_job_of_a_change_matches_again(product: Whole) -> None:
    uploaded(product, csv("11/01/2026,SPEI,,1160.00,"))
    entered(product, 1)
    tenant = product.horux.gateways.registry().find(Rfc(CLIENT)).id
    product.horux.use_cases.match_again()(tenant)
    (row,) = listed(product)["items"]
    assert row["estado"] == "conciliado"
    assert Decimal(row["propuestas"][0]["puntaje"]) > Decimal("0.8")
