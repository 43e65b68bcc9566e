"""The bank in PostgreSQL: the same as in memory, and matched in seconds against 50,000 documents."""

import os
import time
from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.ports.conciliacion import ConciliacionContract
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_core.fiscal.conciliacion.cargando import Dicho, LoadStatement
from horux_core.fiscal.conciliacion.corriendo import MatchAgain
from horux_core.fiscal.conciliacion.importando import EstadoCuenta, Movimiento
from horux_core.fiscal.conciliacion.model import EstadoRenglon
from horux_core.fiscal.ports import Books
from tests.adapters.postgres.test_books import InPostgres, tenant_dsn  # noqa: F401
from tests.adapters.postgres.test_reportes import CUANTOS, filled, one
from tests.despacho import Despacho

FILAS = 2_000 if os.environ.get("PROOF") == "full" else 400
SEGUNDOS = 10.0


class TestPostgresConciliacion(InPostgres, ConciliacionContract): ...


class TestMany(InPostgres):
    @pytest.fixture
    def here(self, books: Books) -> Despacho:
        despacho = Despacho()
        object.__setattr__(despacho, "books", books)
        return despacho

    def test_a_big_statement_is_matched_in_seconds(self, here: Despacho) -> None:
        filled(here)
        load = LoadStatement(here.books, AnyStatementReader(), here.entitlements, here.audit, here.clock)
        start = time.perf_counter()
        hecho = load(here.actor(), a_statement(), Dicho("marzo.csv", "BBVA"))
        loading = time.perf_counter() - start
        start = time.perf_counter()
        MatchAgain(here.books, here.entitlements)(here.tenant)
        again = time.perf_counter() - start
        print(f"{FILAS:,} rows, {CUANTOS:,} CFDI: {loading:.2f} s, again {again:.2f} s; {dict(hecho.estados)}")
        assert hecho.nuevos == FILAS
        assert hecho.estados[EstadoRenglon.SUGERIDO]
        assert hecho.estados[EstadoRenglon.CONCILIADO]
        assert max(loading, again) < SEGUNDOS


def a_statement() -> EstadoCuenta:
    """Rows of every kind: of documents that are there, some named, of none, fees, and sums of several."""
    return EstadoCuenta(tuple(map(a_movement, range(FILAS))))


def a_movement(n: int) -> Movimiento:
    documento = one(n * (CUANTOS // FILAS))
    dia = documento.fecha_emision.date() + timedelta(days=n % 5)
    signo = 1 if documento.rfc_emisor == "EKU9003173C9" else -1
    rfc = documento.rfc_receptor if signo > 0 else documento.rfc_emisor
    importe = documento.total or Decimal("150.00")
    if n % 7 == 3:
        return Movimiento(dia, Decimal(-350) - n, "COMISION POR MANEJO DE CUENTA")
    if n % 7 == 5:
        return Movimiento(dia, signo * (importe * 2 + n), f"DEPOSITO {n}")
    return Movimiento(dia, signo * importe, f"SPEI {rfc}" if n % 2 else f"SPEI {n}")
