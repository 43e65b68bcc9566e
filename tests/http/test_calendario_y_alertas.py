"""The calendar, its feed, the alerts and the 69-B list over HTTP."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.ports.alertas import an_alert
from contracts.samples import an_xml
from horux_core.fiscal.alertas.model import Severidad
from horux_core.kernel.rfc import Rfc
from tests.http.whole import CLIENT, Whole, whole

LISTA = "RFC,Nombre,Situación del contribuyente,Publicación DOF definitivos\r\n"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    path: Path = tmp_path_factory.mktemp("datos")
    with whole(path) as built:
        sent = built.http.patch(
            "/api/configuracion/fiscal?anio=2026", json={"regimenes": ["601"]}, headers=built.credential("owner")
        )
        assert sent.status_code == 200, sent.text
        yield built


def test_a_year_and_its_marks(product: Whole) -> None:
    headers = product.credential("contador")
    told: Any = product.http.get("/api/calendario?anio=2026", headers=headers).json()
    assert (told["desde"], told["hasta"]) == ("2026-01-01", "2026-12-31")
    iva = next(each for each in told["obligaciones"] if each["id"] == "IVA_MENSUAL-2026-01")
    assert (iva["obligacion"], iva["anio"], iva["mes"], iva["periodo"], iva["periodicidad"], iva["regimenes"]) == (
        "IVA_MENSUAL", 2026, 1, "2026-01", "mensual", ["601"],
    )  # fmt: skip
    sent = {"estado": "presentada", "presentadaEn": "2026-02-17", "nota": "Acuse 7"}
    marked: Any = product.http.patch("/api/calendario/IVA_MENSUAL-2026-01", json=sent, headers=headers).json()
    assert {name: marked[name] for name in sent} == sent
    assert (marked["porPersona"], marked["periodoTexto"]) == (True, "enero de 2026")
    febrero = product.http.get("/api/calendario?desde=2026-02-01&hasta=2026-02-28", headers=headers).json()
    assert marked in febrero["obligaciones"]


@pytest.mark.parametrize("query", ["", "?desde=2026-01-01", "?anio=2026&desde=2026-01-01", "?anio=1500", "?anio=x"])
def test_days_that_say_nothing_are_refused(product: Whole, query: str) -> None:
    answer = product.http.get(f"/api/calendario{query}", headers=product.credential("owner"))
    assert answer.status_code in (400, 422), answer.text


def test_the_first_and_the_last_year_there_are_have_a_calendar(product: Whole) -> None:
    headers = product.credential("owner")
    for query in ("anio=1990", "anio=2200", "desde=1990-01-01&hasta=1990-02-28", "desde=2199-12-01&hasta=2200-12-31"):
        answer = product.http.get(f"/api/calendario?{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        assert bool(answer.json()["obligaciones"]) is ("2200" in query)
    patch = {"estado": "no_aplica"}
    for ident in ("ISR_PROV_PM-2200-12", "ISR_PROV_PM-2200-01"):
        assert product.http.patch(f"/api/calendario/{ident}", json=patch, headers=headers).status_code == 200
    for ident in ("ISR_PROV_PM-1989-12", "ISR_PROV_PM-" + "9" * 5000 + "-01"):
        assert product.http.patch(f"/api/calendario/{ident}", json=patch, headers=headers).status_code == 404


@pytest.mark.parametrize("nota", ["a\x00b", "\x1b[31m", "\u202egpj", "x\x85"])
def test_a_note_that_cannot_be_shown_is_refused(product: Whole, nota: str) -> None:
    headers, path = product.credential("owner"), "/api/calendario/ISR_PROV_PM-2026-05"
    answer = product.http.patch(path, json={"estado": "presentada", "nota": nota}, headers=headers)
    assert (answer.status_code, answer.json()["code"], answer.json()["campo"]) == (422, "texto-no-imprimible", "nota")
    shown = "=Acuse 7:\n\t«ñ» 🙂\r\nBEGIN:VEVENT"
    told = product.http.patch(path, json={"estado": "presentada", "nota": shown}, headers=headers).json()
    assert told["nota"] == shown


def test_one_it_has_not_is_not_found(product: Whole) -> None:
    answer = product.http.patch(
        "/api/calendario/IVA_MENSUAL-enero", json={"estado": "presentada"}, headers=product.credential("owner")
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "obligacion-missing")


def test_the_feed_is_read_by_its_address_alone_until_it_is_revoked(
    product: Whole, caplog: pytest.LogCaptureFixture
) -> None:
    headers = product.credential("owner")
    url = product.http.post("/api/calendario/feed", headers=headers).json()["url"]
    path = url[url.index("/api/") :]
    caplog.clear()
    with caplog.at_level(logging.INFO, "horux.acceso"):
        answer = product.http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "BEGIN:VEVENT" in answer.text
    logged = [record.__dict__["path"] for record in caplog.records if record.name == "horux.acceso"]
    assert logged == ["/api/calendario/{id_o_token}"]
    assert product.http.delete("/api/calendario/feed", headers=headers).status_code == 204
    dead, never = product.http.get(path), product.http.get(f"/api/calendario/{'x' * 43}.ics")
    assert dead.status_code == never.status_code == 404
    told = [{name: each for name, each in a.json().items() if name not in ("requestId", "instance")}
            for a in (dead, never)]  # fmt: skip
    assert told[0] == told[1]


def test_alerts_come_by_pages_and_are_marked(product: Whole) -> None:
    tenant = product.horux.gateways.registry().find(Rfc(CLIENT)).id
    alerts = [an_alert(1), an_alert(2, Severidad.CRITICA), an_alert(3, Severidad.BAJA)]
    with product.horux.gateways.books().open(tenant) as books:
        books.alertas.guardar(alerts)
    headers = product.credential("contador")
    first: Any = product.http.get("/api/alertas?estado=abierta&limit=2", headers=headers).json()
    assert [each["severidad"] for each in first["items"]] == ["crítica", "alta"]
    rest: Any = product.http.get(f"/api/alertas?limit=2&cursor={first['nextCursor']}", headers=headers).json()
    assert ([each["id"] for each in rest["items"]], rest["nextCursor"]) == ([str(alerts[2].id)], None)
    one = first["items"][1]
    assert (one["codigo"], one["periodo"], one["limite"], one["uuids"]) == (
        "DUPLICADO_POSIBLE", "2026-01", "2026-02-17", list(alerts[0].hallazgo.uuids),
    )  # fmt: skip
    assert one["queHacer"]
    marked = product.http.patch(f"/api/alertas/{one['id']}", json={"estado": "atendida"}, headers=headers).json()
    assert (marked["estado"], datetime.fromisoformat(marked["atendidaEn"]).tzinfo is not None) == ("atendida", True)
    asked = "/api/alertas?estado=atendida&severidad=alta"
    assert [each["id"] for each in product.http.get(asked, headers=headers).json()["items"]] == [one["id"]]
    refused = product.http.patch(f"/api/alertas/{one['id']}", json={"estado": "cerrada"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "alerta-invalida")


def test_a_change_of_the_books_has_them_reviewed(product: Whole) -> None:
    tables = product.horux.gateways.memory().tables
    xml = an_xml(uuid="5a1c2b54-0f3e-4d0a-9c1e-7d2f8a3b6c77", rfc_emisor=CLIENT)
    headers = {**product.credential("owner"), "Content-Type": "application/xml"}
    with product.horux.gateways.memory().transaction() as rows:
        rows["jobs"].clear()
    assert product.http.post("/api/cfdi", content=xml, headers=headers).status_code == 201
    assert [job.kind for job in tables["jobs"].values()] == ["alertas"]


def test_the_list_is_told_back_row_by_row(product: Whole) -> None:
    headers = {**product.credential("operator"), "Content-Type": "text/csv"}
    content = f"{LISTA}AAA080808HL8,UNO,Definitivo,14/01/2019\r\nMALO,DOS,Presunto,\r\n".encode("cp1252")
    told: Any = product.http.post("/api/listas/69b", content=content, headers=headers).json()
    assert (told["alDia"], told["contribuyentes"], told["porSituacion"]["Definitivo"]) == (None, 1, 1)
    assert (told["malosTotal"], told["malos"][0]["linea"], told["malos"][0]["conservado"]) == (1, 3, False)
    for wrong in (LISTA.encode(), b"%PDF"):
        answer = product.http.post("/api/listas/69b", content=wrong, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "lista-69b-no-reconocida")
    assert product.horux.gateways.listas().definitivos() == {"AAA080808HL8"}


def test_a_list_that_is_too_long_is_refused(product: Whole) -> None:
    headers = {**product.credential("operator"), "Content-Type": "text/csv"}
    answer = product.http.post("/api/listas/69b", content=b"x" * (16 * 1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 413
