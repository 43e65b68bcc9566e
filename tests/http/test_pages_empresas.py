"""A person's taxpayers side by side, as the API tells them, and going from one to another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.samples import an_xml
from horux_core.identity.model import Membership, Role
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_http.browser.formats import pesos
from tests.http.browsing import Browser, entered
from tests.http.whole import CLIENT, OTHER, Whole, whole

MONTH = "/empresas/2025/1"
HOSTILE = "<script>x</script> & «Cía»"


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("datos")) as built:
        headers = {**built.credential("owner"), "Content-Type": "application/xml"}
        sent = built.http.post("/api/cfdi", content=an_xml(uuid=str(uuid4()), rfc_emisor=CLIENT), headers=headers)
        assert sent.status_code == 201, sent.text
        g = built.horux.gateways
        other = g.registry().find(Rfc(OTHER)).id
        with g.directory().transaction() as tx:
            owner = tx.users.by_email("owner@cascabel.mx")
            tx.memberships.add(Membership(owner.id, other, Role.VISOR, accepted_at=datetime.now(UTC)))
        with g.memory().transaction() as tables:
            tables["tenants"][other] = replace(tables["tenants"][other], nombre=HOSTILE)
        yield built


def cells(browser: Browser, rfc: str, at: int) -> str:
    return browser.get(MONTH).texts(f"//tbody/tr[contains(., '{rfc}')]/td[{at}]")[0]


def test_has_a_row_for_each_and_their_totals(product: Whole) -> None:
    owner = entered(product, "owner")
    path = "/api/empresas/consolidado?anio=2025&mes=1"
    api: Any = product.http.get(path, headers=product.credential("owner")).json()
    page = owner.get(MONTH)
    assert (page.status, page.h1) == (200, "Mis empresas")
    for row in api["empresas"]:
        assert cells(owner, row["rfc"], 3) == f"IVA {pesos(row['ivaAPagarPesos'])}"
        assert cells(owner, row["rfc"], 4) == f"ISR {pesos(row['isrAPagarPesos'])}"
        assert cells(owner, row["rfc"], 6).startswith(f"Alertas {sum(row['alertas'].values())}")
    totals = api["totales"]
    iva, isr, due, alerts = page.texts("//tfoot//td")[1:5]
    assert (iva, isr) == (f"IVA {pesos(totals['ivaAPagarPesos'])}", f"ISR {pesos(totals['isrAPagarPesos'])}")
    assert (due, alerts) == ("", f"Alertas {sum(totals['alertas'].values())}")
    assert page.texts("//tfoot//th") == ["Suma de 2 de 2 empresas"]
    assert totals["ivaAPagarPesos"] != "0"
    assert HOSTILE in page.text
    assert HOSTILE not in page.html


def test_who_has_one_goes_straight_in(product: Whole) -> None:
    page = entered(product, "contador").get("/empresas")
    assert (page.status, page.location) == (303, "/inicio")


def test_one_goes_from_one_to_another(product: Whole) -> None:
    owner = entered(product, "owner")
    assert owner.get("/empresas").every(f"//form[@action='/empresas']//button[@value='{OTHER}']")
    page = owner.done("/empresas", {"rfc": OTHER})
    assert OTHER in page.texts("//header")[0]


def test_one_not_come_into_yet_has_no_figures(product: Whole) -> None:
    other = product.horux.gateways.registry().find(Rfc(OTHER)).id
    with product.horux.gateways.memory().transaction() as tables:
        for key in [key for key in tables["memberships"] if key[1] == other]:
            tables["memberships"][key] = replace(tables["memberships"][key], accepted_at=None)
    owner = entered(product, "owner")
    assert "Invitación por aceptar" in cells(owner, OTHER, 2)
    assert cells(owner, OTHER, 3) == "—"
    page = owner.get(MONTH)
    assert page.texts("//tfoot//th") == ["Suma de 1 de 2 empresas"]
    assert f"sin sumar: {HOSTILE}." in page.text


def test_one_without_a_subscription_says_so_and_adds_what_it_has(product: Whole) -> None:
    client = product.horux.gateways.registry().find(Rfc(CLIENT)).id
    with product.horux.gateways.memory().transaction() as tables:
        tables["tenants"][client] = replace(tables["tenants"][client], active=False)
    owner = entered(product, "owner")
    assert cells(owner, CLIENT, 2).startswith("InactivaSolo lectura")
    assert owner.get(MONTH).texts("//tfoot//td")[1] == cells(owner, CLIENT, 3) != "IVA 0"


def test_without_the_plan_one_still_goes_from_one_to_another(product: Whole) -> None:
    with product.horux.gateways.memory().transaction() as tables:
        for ident in list(tables["tenants"]):
            tables["tenants"][ident] = replace(tables["tenants"][ident], plan=Plan.STARTER)
    page = entered(product, "owner").get("/empresas")
    assert page.status == 200
    assert "Tu plan no incluye esta función. Contacta soporte para upgrade." in page.text
    assert page.every(f"//main//button[@value='{OTHER}']")


def test_the_staff_has_none(product: Whole) -> None:
    assert entered(product, "operator").get("/empresas").status == 403
    assert entered(product, "operator-viewing").get("/empresas").status == 403


def test_what_is_past_due_comes_first(product: Whole) -> None:
    headers, sent = product.credential("owner"), {"regimenes": ["601"]}
    assert product.http.patch("/api/configuracion/fiscal?anio=2026", json=sent, headers=headers).status_code == 200
    page = entered(product, "owner").get(MONTH)
    answer = product.http.get("/api/empresas/consolidado?anio=2026&mes=1", headers=product.credential("owner")).json()
    vencidas = next(row for row in answer["empresas"] if row["rfc"] == CLIENT)["vencidas"]
    (row,) = page.texts(f"//tbody/tr[contains(., '{CLIENT}')]/td[@class='porque']")
    assert vencidas["cuantas"] > 1
    assert row.startswith(f"Vencido {vencidas['cuantas']} vencidas, la más antigua del ")
