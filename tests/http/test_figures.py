"""Every figure of every report, of IVA and of ISR, over HTTP: the documents behind it sum to it to the cent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.isr.consulting import ShowIsrDetail, ShowIsrYear
from horux_core.fiscal.iva.consulting import ShowIvaDetail, ShowIvaYear
from horux_core.fiscal.reportes.consultando import ShowReport, ShowReportDetail
from horux_core.fiscal.reportes.exportando import ExportReport
from horux_core.fiscal.reportes.nombres import DE_UN_MES, NombreReporte
from horux_core.identity.model import Role
from horux_http.app import create_app
from horux_http.fiscal.isr import IsrController
from horux_http.fiscal.iva import IvaController
from horux_http.fiscal.reportes import ReportesController
from tests.core.fiscal.isr.azar import OPCIONES
from tests.core.fiscal.reportes.azar import LibroAlAzar
from tests.despacho import Despacho
from tests.system.scale import proof

D = Decimal
_LIBROS = proof(2 * len(OPCIONES), 30 * len(OPCIONES))
_CON_BASE = frozenset({NombreReporte.ESTADO_RESULTADOS, NombreReporte.COMPARATIVO})
SIN_DOCUMENTO = frozenset(
    {
        *("saldo_inicial", "redondeo", "saldo_anterior", "acreditamiento", "apertura", "isr_causado"),
        *("sin_saldo_a_favor", "pago_provisional", "ptu", "perdidas_anteriores", "sin_utilidad"),
        *("deduccion_capturada", "predial"),
        *(f"declaracion_{impuesto}_2026-0{mes}" for impuesto in ("iva", "isr") for mes in (1, 2)),
    }
)
"""What no CFDI says: a setting, a return, an earlier month, rounding. Every other line has its UUID."""
DE_OTRAS_IVA = frozenset({"resultado", "saldoAFavorAplicado", "saldoAFavor", "aPagar", "aPagarPesos"})
DE_OTRAS_ISR = frozenset({"isrCausado", "isrAPagar", "aPagarPesos", "ptu", "perdidas", "retencionExcedente"})
"""Of the months of a tax: worked out from its other figures; the working papers bring the documents of most."""


class Visita:
    """The books of one taxpayer, asked over HTTP."""

    def __init__(self, client: TestClient[Litestar], despacho: Despacho) -> None:
        self.client = client
        with despacho.books.open(despacho.tenant) as books:
            kept = books.tables["cfdis"].items()
            self.vigentes = {uuid for uuid, k in kept if k.stored.estado is Estado.VIGENTE}
        self.vistas = 0

    def pide(self, path: str, **params: object) -> Any:
        answer = self.client.get(path, params={k: str(v) for k, v in params.items()})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def suman(self, dichas: Mapping[str, str], detalle: list[dict[str, Any]]) -> None:
        """The detail has each of those figures, and the lines that make it up."""
        assert {f["figura"]: D(f["total"]) for f in detalle} == {n: D(v) for n, v in dichas.items()}
        for f in detalle:
            assert sum((D(r["importe"]) for r in f["documentos"]), D(0)) == D(f["total"]), f["figura"]
            for r in f["documentos"]:
                assert D(r["importe"]) != 0
                assert r["uuid"] in self.vigentes or (r["uuid"] == "" and r["regla"] in SIN_DOCUMENTO), r
            self.vistas += 1

    def reporte(self, nombre: NombreReporte, **params: object) -> None:
        mostrado = self.pide(f"/api/reportes/{nombre}", **params)
        self.suman(mostrado["figuras"], self.pide(f"/api/reportes/{nombre}/detalle", **params))
        for fila in mostrado["filas"]:
            detalle = self.pide(f"/api/reportes/{nombre}/detalle", **params, clave=fila["clave"])
            self.suman(fila["figuras"], detalle)

    def iva(self, anio: int) -> None:
        for mes in self.pide("/api/iva", anio=anio)["meses"]:
            detalle = self.pide(f"/api/iva/{anio}/{mes['mes']}/detalle")
            self.suman(_importes(mes, DE_OTRAS_IVA | {"factor"}), detalle)

    def isr(self, anio: int) -> None:
        year = self.pide("/api/isr", anio=anio)
        for mes in year["meses"]:
            detalle = self.pide(f"/api/isr/{anio}/{mes['mes']}/detalle", regimen=mes["regimen"])
            propias = [f for f in detalle if f["figura"] not in ("noDeducible", "retenidoATerceros")]
            self.suman(_importes(mes, DE_OTRAS_ISR | {"coeficiente", "tasaPct", "regimen", "periodo"}), propias)
            otras = [f for f in detalle if f not in propias]
            self.suman({f["figura"]: f["total"] for f in otras}, otras)


def _importes(mes: Mapping[str, Any], menos: frozenset[str]) -> dict[str, str]:
    return {n: v for n, v in mes.items() if isinstance(v, str) and n not in menos}


@contextmanager
def visita(despacho: Despacho) -> Iterator[Visita]:
    books, rights = despacho.books, despacho.entitlements
    show = ShowReport(books, rights, despacho.clock)
    given: Mapping[str, object] = {
        "actor": despacho.actor(Role.VISOR),
        "show_iva_year": ShowIvaYear(books, rights),
        "show_iva_detail": ShowIvaDetail(books, rights),
        "show_isr_year": ShowIsrYear(books, rights),
        "show_isr_detail": ShowIsrDetail(books, rights),
        "show_report": show,
        "show_report_detail": ShowReportDetail(show),
        "export_report": ExportReport(books, rights, XlsxHojas(), despacho.clock),
    }
    app = create_app(
        [IvaController, IsrController, ReportesController],
        {name: _given(value) for name, value in given.items()},
        ready=lambda: True,
        clock=despacho.clock,
    )
    with TestClient(app) as client:
        yield Visita(client, despacho)


def _given(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


def _recorre(despacho: Despacho, anio: int, meses: tuple[int, ...]) -> int:
    """Every figure there is in those months and in the year; how many there were."""
    with visita(despacho) as v:
        v.iva(anio)
        v.isr(anio)
        for nombre in NombreReporte:
            for base in ("devengado", "flujo") if nombre in _CON_BASE else ("devengado",):
                for mes in meses:
                    v.reporte(nombre, anio=anio, mes=mes, base=base)
                if nombre not in DE_UN_MES:
                    v.reporte(nombre, anio=anio, base=base, contraAnio=anio, saldoInicial="-12.34")
        return v.vistas


@pytest.mark.parametrize("semilla", range(_LIBROS))
def test_every_figure_of_generated_books(semilla: int) -> None:
    assert _recorre(LibroAlAzar(semilla).despacho(), 2026, (semilla % 4 + 1,)) > 500


def test_every_figure_of_the_sample_client() -> None:
    despacho = Despacho()
    despacho.enter_samples("escenario")
    assert _recorre(despacho, 2025, (1, 2, 3, 4, 5, 12)) > 1_000
