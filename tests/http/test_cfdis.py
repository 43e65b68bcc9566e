import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.libros import a_cfdi, a_credit_note, a_full_cfdi, a_payment, a_ppd, recibido, uuid
from horux_core.identity.model import Role
from horux_http.fiscal.wire import importe
from tests.despacho import Despacho
from tests.http.fiscal_app import fiscal_client
from tests.samples import shared

MEMBERS = {
    "uuid", "version", "tipo", "serie", "folio", "fechaEmision", "fechaTimbrado", "rfcEmisor", "nombreEmisor",
    "rfcReceptor", "nombreReceptor", "usoCfdi", "metodoPago", "formaPago", "moneda", "tipoCambio",
    "subtotal", "descuento", "total", "totalMxn", "ivaTrasladado", "ivaRetenido", "isrRetenido", "ieps",
    "direccion", "estado", "advertencias",
}  # fmt: skip
AMOUNTS = ("subtotal", "descuento", "total", "ivaTrasladado", "ivaRetenido", "isrRetenido", "ieps")


def got(despacho: Despacho, path: str, status: int = 200, role: Role | None = Role.OWNER) -> Any:
    with fiscal_client(despacho, role) as client:
        answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def patched(despacho: Despacho, n: int, body: object, status: int = 200, role: Role = Role.OWNER) -> Any:
    with fiscal_client(despacho, role) as client:
        answer = client.patch(f"/api/cfdi/{uuid(n)}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_document_has_every_member_and_amounts_as_text() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, subtotal=Decimal("1000"), total="1160.123456", serie="A"))
    (item,) = got(despacho, "/api/cfdi/")["items"]
    assert set(item) == MEMBERS
    assert item["uuid"] == uuid(1)
    assert (item["tipo"], item["fechaEmision"], item["serie"]) == ("I", "2026-01-15T10:30:00", "A")
    assert (item["subtotal"], item["total"], item["totalMxn"]) == ("1000.00", "1160.123456", "1160.12")
    assert (item["direccion"], item["estado"], item["folio"]) == ("emitido", "vigente", None)
    assert all(isinstance(item[name], str) for name in AMOUNTS)


def test_the_total_in_mxn_is_nothing_while_no_rate_is_known() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, moneda="USD", tipo_cambio=None))
    item = got(despacho, f"/api/cfdi/{uuid(1)}")
    assert (item["totalMxn"], item["tipoCambio"]) == (None, None)
    assert [a["codigo"] for a in item["advertencias"]] == ["TC_SOSPECHOSO"]


def test_the_detail_adds_taxes_payments_relations_and_balance() -> None:
    despacho = Despacho()
    despacho.enter(a_ppd(1), a_payment(2, 1), a_credit_note(3, 1), a_full_cfdi(4))
    shown = got(despacho, f"/api/cfdi/{uuid(1).upper()}")
    judged = {"fechaCancelacion", "destinoIva", "acreditablePct", "tipoCambioCapturado", "fechaPagoReal"}
    assert set(shown) == MEMBERS | judged | {"impuestos", "pagos", "relaciones", "saldo"}
    assert shown["saldo"] == "464.00"
    (tax,) = shown["impuestos"]
    assert (tax["impuesto"], tax["tasa"], tax["base"], tax["importe"]) == ("002", "0.160000", "1000.00", "160.00")
    (pago,) = got(despacho, f"/api/cfdi/{uuid(2)}")["pagos"]
    assert (pago["fechaPago"], pago["monto"]) == ("2026-02-20T12:00:00", "580.00")
    assert pago["doctos"][0]["idDocumento"] == uuid(1)
    assert pago["doctos"][0]["impPagado"] == "580.00"
    assert got(despacho, f"/api/cfdi/{uuid(3)}")["relaciones"] == [{"tipoRelacion": "01", "uuid": uuid(1)}]
    whole = got(despacho, f"/api/cfdi/{uuid(4)}")
    assert [a["codigo"] for a in whole["advertencias"]][:2] == ["no_cuadra", "TC_SOSPECHOSO"]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12))
def test_an_amount_has_two_to_six_decimals_and_its_value(amount: Decimal) -> None:
    text = importe(amount)
    assert re.fullmatch(r"\d+\.\d{2,6}", text)
    assert abs(Decimal(text) - amount) <= Decimal("0.0000005")


@pytest.mark.parametrize(
    ("written", "shown"), [("100", "100.00"), ("1E+2", "100.00"), ("1.5", "1.50"), ("1.123456", "1.123456")]
)
def test_an_amount_keeps_the_decimals_of_its_xml(written: str, shown: str) -> None:
    assert importe(Decimal(written)) == shown


def test_narrows_the_list_and_gives_it_by_pages() -> None:
    despacho = Despacho()
    despacho.enter(*(a_cfdi(n) for n in range(3)), recibido(a_ppd(9, fecha_emision=datetime(2026, 2, 1))))
    first = got(despacho, "/api/cfdi/?limit=3")
    rest = got(despacho, f"/api/cfdi/?limit=3&cursor={first['nextCursor']}")
    assert [i["uuid"] for i in first["items"] + rest["items"]] == [uuid(n) for n in (9, 2, 1, 0)]
    assert rest["nextCursor"] is None
    for query in (
        "metodoPago=PPD",
        "direccion=recibido",
        "desde=2026-02-01&hasta=2026-02-01",
        "direccion=recibido&tipo=I&estado=vigente&q=rob%C3%93tica&rfc=EKU9003173C9",
    ):
        assert [i["uuid"] for i in got(despacho, f"/api/cfdi?{query}")["items"]] == [uuid(9)]
    assert got(despacho, "/api/cfdi/?estado=cancelado") == {"items": [], "nextCursor": None}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=x", 422),
        ("limit=0", 400),
        ("limit=501", 400),
        ("tipo=Z", 400),
        ("desde=ayer", 400),
        ("estado=roto", 400),
        ("q=%00", 422),
    ],
)
def test_refuses_a_question_it_cannot_read(query: str, status: int) -> None:
    assert got(Despacho(), f"/api/cfdi/?{query}", status)["status"] == status


@pytest.mark.parametrize("asked", [uuid(404), "no-es-un-uuid"])
def test_a_document_that_is_not_there(asked: str) -> None:
    assert got(Despacho(), f"/api/cfdi/{asked}", 404)["code"] == "cfdi-missing"
    assert got(Despacho(), f"/api/cfdi/{asked}/xml", 404)["code"] == "cfdi-missing"


def test_gives_the_file_that_came_in_to_be_kept() -> None:
    despacho = Despacho()
    files = despacho.enter_samples("escenario")
    with fiscal_client(despacho, Role.VISOR) as client:
        for asked, content in files.items():
            answer = client.get(f"/api/cfdi/{asked.upper()}/xml")
            assert answer.content == content
            assert answer.headers["content-type"].split(";")[0] == "application/xml"
            assert answer.headers["content-disposition"] == f'attachment; filename="{asked}.xml"'
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_shows_the_balances_of_the_worked_scenario() -> None:
    despacho = Despacho()
    despacho.enter_samples("escenario")
    expected = json.loads(shared("samples", "escenario", "EXPECTED.json").read_text(encoding="utf-8"))
    for owed in expected["ppd_saldos"].values():
        assert got(despacho, f"/api/cfdi/{owed['uuid']}")["saldo"] == owed["saldo"]


def test_corrects_what_the_xml_cannot_say() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    body = {"estado": "cancelado", "fechaCancelacion": "2026-02-03"}
    shown = patched(despacho, 1, body)
    assert (shown["estado"], shown["fechaCancelacion"]) == ("cancelado", "2026-02-03T00:00:00")
    shown = patched(despacho, 1, {"estado": "vigente"})
    assert (shown["estado"], shown["fechaCancelacion"]) == ("vigente", None)
    shown = patched(despacho, 1, {"destinoIva": "mixto", "acreditablePct": "8.5"})
    assert (shown["destinoIva"], shown["acreditablePct"]) == ("mixto", "8.50")
    shown = patched(despacho, 1, {"acreditablePct": None})
    assert (shown["destinoIva"], shown["acreditablePct"]) == ("mixto", None)
    assert patched(despacho, 1, {"acreditablePct": 50})["acreditablePct"] == "50.00"


def test_a_moment_with_zone_is_kept_in_mexican_time() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    body = {"estado": "cancelado", "fechaCancelacion": "2026-02-03T01:00:00Z"}
    assert patched(despacho, 1, body)["fechaCancelacion"] == "2026-02-02T19:00:00"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"estado": "roto"}, 400),
        ({"estado": None}, 400),
        ({"destino": "mixto"}, 400),
        ({"acreditablePct": "mucho"}, 400),
        ({"acreditablePct": "101"}, 422),
        ({"acreditablePct": "NaN"}, 422),
        ({"estado": "cancelado", "fechaCancelacion": "ayer"}, 422),
        ({"estado": "cancelado", "fechaCancelacion": "0001-01-01T00:00:00+23:59"}, 422),
        ([], 400),
    ],
)
def test_refuses_a_correction_that_cannot_be(body: object, status: int) -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_cfdi(1)))
    assert patched(despacho, 1, body, status)["status"] == status


def test_who_only_reads_may_not_correct() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1))
    assert patched(despacho, 1, {"estado": "cancelado"}, 403, Role.VISOR)["code"] == "action-forbidden"


@pytest.mark.parametrize("path", ["/api/cfdi/", f"/api/cfdi/{uuid(1)}", f"/api/cfdi/{uuid(1)}/xml"])
def test_who_has_no_role_sees_nothing(path: str) -> None:
    assert got(Despacho(), path, 403, role=None)["code"] == "action-forbidden"


def test_a_rate_is_given_shown_and_taken_back() -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, "116.00", moneda="USD", tipo_cambio=None, tipo_cambio_declarado=Decimal(1)))
    shown = patched(despacho, 1, {"tipoCambio": "18.50"})
    assert (shown["tipoCambio"], shown["tipoCambioCapturado"], shown["totalMxn"]) == ("18.50", "18.50", "2146.00")
    assert shown["advertencias"] == []
    assert got(despacho, "/api/cfdi/")["items"][0]["tipoCambio"] == "18.50"
    assert got(despacho, "/api/iva?anio=2026")["meses"][0]["ivaTrasladado"] == "296.00"
    assert patched(despacho, 1, {"acreditablePct": None})["tipoCambioCapturado"] == "18.50"
    shown = patched(despacho, 1, {"tipoCambio": None})
    assert (shown["tipoCambio"], shown["tipoCambioCapturado"]) == ("1.00", None)
    assert got(despacho, "/api/iva?anio=2026")["meses"][0]["ivaTrasladado"] == "0.00"


@pytest.mark.parametrize(("rate", "status"), [("0", 422), ("18.1234567", 422), ("NaN", 422), ("mucho", 400)])
def test_refuses_a_rate_that_cannot_be(rate: str, status: int) -> None:
    despacho = Despacho()
    despacho.enter(a_cfdi(1, moneda="USD", tipo_cambio=None))
    assert patched(despacho, 1, {"tipoCambio": rate}, status)["status"] == status


def test_a_payment_names_the_invoice_where_it_is_judged() -> None:
    despacho = Despacho()
    despacho.enter(recibido(a_ppd(1)), recibido(a_payment(2, 1)))
    problem = patched(despacho, 2, {"destinoIva": "exento"}, 422)
    assert (problem["code"], problem["facturas"]) == ("clasificacion-en-factura", [uuid(1)])
    assert uuid(1) in problem["message"]
