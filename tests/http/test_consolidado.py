"""A person's taxpayers side by side, over HTTP."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.samples import an_xml
from horux_adapters.memory.books import MemoryBooks
from horux_core.identity.model import Membership, Role
from horux_core.kernel.rfc import Rfc
from tests.http.whole import CLIENT, OTHER, Whole, whole

MONTH = "/api/empresas/consolidado?anio=2025&mes=1"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Whole]:
    """The client's owner reads the other client's books too."""
    with whole(tmp_path) as built:
        headers = {**built.credential("owner"), "Content-Type": "application/xml"}
        sent = built.http.post("/api/cfdi", content=an_xml(uuid=str(uuid4()), rfc_emisor=CLIENT), headers=headers)
        assert sent.status_code == 201, sent.text
        g = built.horux.gateways
        other = g.registry().find(Rfc(OTHER)).id
        with g.directory().transaction() as tx:
            owner = tx.users.by_email("owner@cascabel.mx")
            tx.memberships.add(Membership(owner.id, other, Role.VISOR, accepted_at=datetime.now(UTC)))
        yield built


def asked(product: Whole, path: str = MONTH, who: str = "owner") -> Any:
    return product.http.get(path, headers=product.credential(who))


def test_has_a_row_for_each_and_their_totals(product: Whole) -> None:
    found = asked(product).json()
    iva = product.http.get("/api/iva?anio=2025", headers=product.credential("owner")).json()["meses"][0]["aPagarPesos"]
    assert int(iva) > 0
    rows = {row["rfc"]: row for row in found["empresas"]}
    assert rows[CLIENT].keys() == {
        "id", "rfc", "nombre", "role", "active", "readOnly", "estado", "codigo", "ivaAPagarPesos", "isrAPagarPesos",
        "vencidas", "proximoVencimiento", "alertas", "cifrasEnProceso",
    }  # fmt: skip
    assert {rfc: (row["role"], row["estado"], row["ivaAPagarPesos"]) for rfc, row in rows.items()} == {
        CLIENT: ("owner", "disponible", iva),
        OTHER: ("visor", "disponible", "0"),
    }
    assert rows[CLIENT]["alertas"] == {"crítica": 0, "alta": 0, "media": 0, "baja": 0}
    totals = found["totales"]
    assert (found["anio"], found["mes"], totals["empresas"], totals["conCifras"]) == (2025, 1, 2, 2)
    assert (totals["ivaAPagarPesos"], totals["isrAPagarPesos"], totals["cifrasEnProceso"]) == (iva, "0", False)


def test_what_nobody_foresaw_is_written_down_and_not_told(
    product: Whole, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other, opened = product.horux.gateways.registry().find(Rfc(OTHER)).id, MemoryBooks.open

    def broken(self: MemoryBooks, tenant: Any) -> Any:
        if tenant == other:
            raise RuntimeError("SELECT s3cr3t0")
        return opened(self, tenant)

    monkeypatch.setattr(MemoryBooks, "open", broken)
    with caplog.at_level(logging.ERROR, "horux.http"):
        answer = asked(product)
    rows = {row["rfc"]: (row["estado"], row["codigo"], row["ivaAPagarPesos"]) for row in answer.json()["empresas"]}
    assert rows[OTHER] == ("no_disponible", "error-interno", None)
    assert rows[CLIENT][0] == "disponible"
    assert "s3cr3t0" not in answer.text
    (record,) = caplog.records
    assert (record.tenantId, record.exc_info[0]) == (str(other), RuntimeError)  # type: ignore[attr-defined,index]


@pytest.mark.parametrize("query", ["anio=2025&mes=13", "anio=2025&mes=0", "anio=99999&mes=1"])
def test_is_of_a_month_that_there_is(product: Whole, query: str) -> None:
    answer = asked(product, f"/api/empresas/consolidado?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "periodo-malformed")


def test_is_no_key_s(product: Whole) -> None:
    body = {"nombre": "Caja", "scopes": ["reportes:read"]}
    made = product.http.post("/api/api-keys", json=body, headers=product.credential("owner")).json()["secreto"]
    answer = product.http.get(MONTH, headers={"Authorization": f"Bearer {made}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "llave-no-admitida")
