"""Reports from PostgreSQL: the same as from memory, and soon enough for 50,000 documents."""

import os
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.libros import AJENO, PROPIO, a_cfdi, a_payment, a_ppd, an_entry
from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.cfdi.model import Cfdi
from horux_core.fiscal.ports import Books
from horux_core.fiscal.recomputing import recompute
from horux_core.fiscal.reportes.consultando import ShowReport
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.model import BaseReporte, Reporte
from horux_core.fiscal.reportes.nombres import DE_UN_MES, NombreReporte, Pedido
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.despacho import Despacho

CUANTOS = 50_000 if os.environ.get("PROOF") == "full" else 5_000
SEGUNDOS = 10.0


class TestReports(InPostgres):
    @pytest.fixture
    def here(self, books: Books) -> Despacho:
        despacho = Despacho()
        object.__setattr__(despacho, "books", books)
        return despacho

    def test_are_those_of_memory(self, here: Despacho) -> None:
        there = Despacho()
        for despacho in (here, there):
            despacho.enter_samples("escenario")
        for nombre in NombreReporte:
            for base in BaseReporte:
                for mes in (1, 3, 4):
                    pedido = Pedido(nombre, 2025, mes, base)
                    assert shown(here, pedido) == shown(there, pedido), pedido

    def test_a_workbook_of_many_documents_is_ready_in_seconds(self, here: Despacho) -> None:
        filled(here)
        export = ExportReport(here.books, here.entitlements, XlsxHojas(), here.clock)
        for nombre in NombreReporte:
            start = time.perf_counter()
            libro = export(here.actor(), Pedido(nombre, 2026, 3 if nombre in DE_UN_MES else None))
            elapsed = time.perf_counter() - start
            print(f"{nombre}: {CUANTOS:,} CFDI, {elapsed:.2f} s, {len(libro.contenido):,} bytes")
            assert elapsed < SEGUNDOS * CUANTOS / 50_000 + 2, (nombre, elapsed)


def shown(despacho: Despacho, pedido: Pedido) -> Reporte:
    return ShowReport(despacho.books, despacho.entitlements, despacho.clock)(despacho.actor(), pedido)


def filled(despacho: Despacho) -> None:
    """So many documents of March, half of each side, a tenth in parts with their payments."""
    with despacho.books.open(despacho.tenant) as books:
        for desde in range(0, CUANTOS, 5_000):
            books.cfdis.enter([an_entry(one(n)) for n in range(desde, min(desde + 5_000, CUANTOS))])
        recompute(books)
        books.grown()


def one(n: int) -> Cfdi:
    fecha = datetime(2026, 3, 1) + timedelta(minutes=n % 40_000)
    mas: dict[str, Any] = {"fecha_emision": fecha}
    rfc = f"AAA{date(2000, 1, 1) + timedelta(days=n % 300):%y%m%d}AB1"
    if n % 2:
        mas |= {"rfc_emisor": rfc, "rfc_receptor": PROPIO}
    else:
        mas |= {"rfc_emisor": PROPIO, "rfc_receptor": rfc if n % 10 else AJENO}
    if n % 20 in (8, 9):
        return a_ppd(n, "1160.00", **mas)
    if n % 20 in (18, 19):
        return a_payment(n, n - 10, pagado=f"{Decimal(n % 700) + 1}.00", **mas)
    return a_cfdi(n, f"{n % 9000}.37", **mas)
