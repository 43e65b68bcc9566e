"""What is matched while somebody waits for a statement, and what is left to the job that follows."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.libros import an_entry, recibido, uuid
from horux_adapters.memory.books import MemoryOpenBooks
from horux_adapters.memory.conciliacion import MemoryConciliacion
from horux_core.fiscal.alertas.revisando import REVISION
from horux_core.fiscal.conciliacion import corriendo, emparejando
from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.fiscal.conciliacion.revisando import ReviewBooks
from horux_core.jobs.model import Job
from horux_core.kernel.ids import JobId
from tests.core.fiscal.conciliacion.oficina import Oficina, factura, movimiento


@pytest.fixture
def oficina() -> Oficina:
    return Oficina()


@pytest.fixture
def leidos(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each run looks at, from now on."""
    vistos: list[int] = []

    def conciliar(renglones: Any, *resto: Any) -> Any:
        todos = tuple(renglones)
        vistos.append(len(todos))
        return emparejando.conciliar(todos, *resto)

    monkeypatch.setattr(corriendo, "conciliar", conciliar)
    return vistos


def test_an_old_statement_leaves_the_rows_long_after_it_to_the_job(oficina: Oficina, leidos: list[int]) -> None:
    oficina.carga(*(movimiento(f"2026-{mes:02d}-11", "70.00") for mes in (2, 5, 7, 8, 9, 10, 11)))
    oficina.despacho.enter(
        *(factura(mes, f"2026-{mes:02d}-10", "70.00", rfc_receptor=f"XIA19012{mes % 10}J61") for mes in (5, 11))
    )
    leidos.clear()
    oficina.carga(movimiento("2026-01-12", "5.00"))
    assert leidos == [6], "as far as 130 days after it, and 130 more to weigh: neither October nor November"
    assert oficina.estados() == ["sin_documento"] * 2 + ["conciliado"] + ["sin_documento"] * 5
    oficina.otra_vez()
    assert oficina.estados() == ["sin_documento"] * 2 + ["conciliado"] + ["sin_documento"] * 4 + ["conciliado"]


def test_the_rows_before_a_statement_are_left_to_the_job(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-11", "70.00"))
    oficina.despacho.enter(factura(1, "2026-01-10", "70.00"))
    oficina.carga(movimiento("2026-01-20", "5.00"))
    assert oficina.estados() == ["sin_documento"] * 2
    oficina.otra_vez()
    assert oficina.estados() == ["conciliado", "sin_documento"]


def test_a_transfer_never_stands_in_one_of_its_rows_alone(oficina: Oficina) -> None:
    oficina.carga(movimiento("2026-01-20", "-500.00", "TRASPASO"))
    oficina.carga(movimiento("2026-01-21", "500.00", "TRASPASO"), cuenta="Otra")
    assert oficina.estados() == ["traspaso", "traspaso"]
    oficina.despacho.enter(recibido(factura(1, "2026-01-22", "500.00")))
    oficina.carga(movimiento("2026-01-22", "500.00", "TRASPASO"), cuenta="Otra")
    assert oficina.estados().count("traspaso") in (0, 2)


def test_nothing_is_matched_while_documents_wait_to_be_worked_out(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []
    oficina.carga(movimiento("2026-01-11", "70.00"))
    monkeypatch.setattr(MemoryConciliacion, "lock", lambda _, followed: locked.append(followed))
    with oficina.despacho.books.open(oficina.despacho.tenant) as books:
        books.cfdis.enter([an_entry(factura(1, "2026-01-10", "70.00"))])
    oficina.otra_vez()
    assert (oficina.estados(), locked) == (["sin_documento"], [])
    oficina.despacho.enter(factura(2, "2026-03-10", "9.00"))
    oficina.otra_vez()
    assert (oficina.documentos(), len(locked)) == ([[(uuid(1),)]], 1)


def test_the_job_waits_for_the_change_it_was_put_for(oficina: Oficina, monkeypatch: pytest.MonkeyPatch) -> None:
    hecho: list[str] = []
    oficina.carga(movimiento("2026-01-11", "70.00"))
    d = oficina.despacho
    monkeypatch.setattr(MemoryOpenBooks, "settled", lambda _: hecho.append("espera"))
    monkeypatch.setattr(MemoryConciliacion, "lock", lambda _, followed: hecho.append("concilia"))
    review = ReviewBooks(MatchAgain(d.books, d.entitlements), lambda _: hecho.append("revisa"))
    review(Job(JobId(uuid4()), d.tenant, REVISION, {}, None, d.clock()))
    assert hecho == ["espera", "concilia", "revisa"]
