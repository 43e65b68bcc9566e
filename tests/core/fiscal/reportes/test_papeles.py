"""The working papers: their figures are those of IVA and ISR, and their formulas give them again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.libros import a_cfdi, a_credit_note, a_payment, a_ppd, recibido
from contracts.ports.hojas import HOSTILE
from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.cfdi.model import Cfdi, Cubetas, DestinoIva, Nomina, Tipo
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.model import AjustesIsr, ConfiguracionFiscal
from horux_core.fiscal.isr.tarifas import tasa_resico
from horux_core.fiscal.iva.consulting import ShowIvaYear
from horux_core.fiscal.iva.model import Apertura, MesIva, OpcionesIva
from horux_core.fiscal.recomputing import encadenar, recompute
from horux_core.fiscal.reportes.cuadro import en_pesos
from horux_core.fiscal.reportes.formulas_isr import _RESICO
from horux_core.fiscal.reportes.hojas import Columna, Formula, Hoja, Renglones
from horux_core.kernel.importe import pesos
from horux_core.kernel.periodo import Periodo
from tests.core.fiscal.reportes.despacho import D, cuadran, de, fila, hojas, mostrado, recalculan
from tests.core.fiscal.reportes.formulas import Cuaderno
from tests.core.fiscal.reportes.libreoffice import dicen_lo_mismo, recalculados
from tests.despacho import Despacho

DE_MES = {
    "ivaTrasladado": "iva_trasladado", "ivaRetenido": "iva_retenido", "ivaAcreditable": "iva_acreditable",
    "ivaNoAcreditable": "iva_no_acreditable", "resultado": "resultado", "saldoAnterior": "saldo_anterior",
    "saldoAFavorAplicado": "saldo_a_favor_aplicado", "saldoAFavor": "saldo_a_favor", "aPagar": "a_pagar",
    "aPagarPesos": "a_pagar_pesos", "retenidoATerceros": "retenido_a_terceros", "base16": "base_16",
    "iva16": "iva_16", "baseExento": "base_exento",
}  # fmt: skip


@pytest.fixture
def escenario() -> Despacho:
    despacho = Despacho()
    despacho.enter_samples("escenario")
    return despacho


def meses(despacho: Despacho, anio: int) -> tuple[MesIva, ...]:
    return ShowIvaYear(despacho.books, despacho.entitlements)(despacho.actor(), anio).meses


def igual_que_iva(despacho: Despacho, mes: MesIva) -> None:
    papel = mostrado(despacho, "papel-iva", mes.periodo.anio, mes.periodo.mes)
    cuadran(papel)
    assert {n: de(papel, n).total for n in DE_MES} == {n: getattr(mes, c) for n, c in DE_MES.items()}
    assert papel.razones == (("factor", mes.factor),)
    assert recalculan(hojas(despacho, "papel-iva", mes.periodo.anio, mes.periodo.mes)) >= 20


@pytest.mark.parametrize("mes", range(1, 6))
def test_the_paper_of_iva_is_that_of_iva_and_recalculates(escenario: Despacho, mes: int) -> None:
    igual_que_iva(escenario, meses(escenario, 2025)[mes - 1])


IMPORTES = st.decimals(D("0.01"), D("99999.99"), places=2)
SORTEADOS = st.lists(
    st.tuples(IMPORTES, st.sampled_from(["16", "8", "0", "exento", "no"]), st.booleans(), st.integers(1, 2),
              st.sampled_from([None, *DestinoIva]), st.sampled_from([None, D("8.5"), D(0)]), st.booleans(),
              st.booleans()),
    max_size=12,
)  # fmt: skip


def _sorteado(n: int, base: Decimal, tasa: str, mes: int, retiene: bool, es_nota: bool) -> Cfdi:
    pct = D(tasa) if tasa in ("16", "8") else D(0)
    impuesto = (base * pct / 100).quantize(D("0.01"))
    cubo = {"no": "base_no_objeto", "exento": "base_exento"}.get(tasa, f"base_{tasa}")
    importes = {cubo: base, **({f"iva_{tasa}": impuesto} if pct else {})}
    retenido = (impuesto * 2 / 3).quantize(D("0.01")) if retiene else D(0)
    cubetas = Cubetas(**importes, ret_iva=retenido)
    total = base + impuesto - retenido
    tipo = Tipo.EGRESO if es_nota else Tipo.INGRESO
    propio = a_cfdi(n, tipo=tipo, cubetas=cubetas, subtotal=base, fecha_emision=datetime(2026, mes, 9))
    return replace(propio, total=total)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SORTEADOS, st.booleans())
def test_any_books_recalculate(sorteados: Sequence[tuple[object, ...]], con_apertura: bool) -> None:
    despacho = Despacho()
    if con_apertura:
        apertura = Apertura(Periodo(2026, 2), D("100.10"), D("5.55"))
        with despacho.books.open(despacho.tenant) as books:
            books.ajustes.guardar(ConfiguracionFiscal(2026, ("601",), apertura=apertura))
    correcciones = {}
    for n, (base, tasa, emitido, mes, destino, pct, retiene, es_nota) in enumerate(sorteados, 1):
        cfdi = _sorteado(n, base, tasa, mes, retiene, es_nota)  # type: ignore[arg-type]
        despacho.enter(cfdi if emitido else recibido(cfdi))
        correcciones[cfdi.uuid] = Correction(destino_iva=destino, acreditable_pct=pct)  # type: ignore[arg-type]
    with despacho.books.open(despacho.tenant) as books:
        for uuid, correccion in correcciones.items():
            books.cfdis.correct(uuid, correccion)
        recompute(books)
        encadenar(books)
    for mes in meses(despacho, 2026)[:3]:
        igual_que_iva(despacho, mes)


NOMINA = Nomina(
    *("O", date(2026, 1, 31), None, None, None, D("9000.10"), D("500"), D("30.05"), D("8000.05"), D("1000.05")),
    *(D("500"), D("0"), D("10"), None, None, None),
)


def libros(*regimenes: str, moral: bool = True, **isr: object) -> Despacho:
    """Three months of every kind of movement, of a taxpayer of those régimenes."""
    despacho = Despacho()
    ajustes = AjustesIsr(coeficientes=((2024, D("0.1523")), (2025, D("0.1871"))), **isr)  # type: ignore[arg-type]
    configuracion = ConfiguracionFiscal(2026, regimenes, perdidas=D("500.00"), ptu=D("30.30"), isr=ajustes)
    if not moral:
        tenant = despacho.control.tables["tenants"][despacho.tenant]
        with despacho.control.transaction() as tables:
            tables["tenants"][despacho.tenant] = replace(tenant, rfc=type(tenant.rfc)("XOJI740919U48"))
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(configuracion)
    cubetas = Cubetas(base_16=D("30000.35"), iva_16=D("4800.06"), ret_isr=D("375.05"))
    despacho.enter(
        a_cfdi(1, "34425.36", subtotal=D("30000.35"), cubetas=cubetas),
        a_ppd(2, "11600.11", fecha_emision=datetime(2026, 2, 3)),
        a_payment(3, 2, pagado="5800.07"),
        a_credit_note(4, 1, fecha_emision=datetime(2026, 3, 5)),
        recibido(a_cfdi(5, "4640.13", fecha_emision=datetime(2026, 2, 6))),
        recibido(a_cfdi(6, "2320.99", fecha_emision=datetime(2026, 3, 7), forma_pago="01")),
        a_cfdi(7, "0", tipo=Tipo.NOMINA, subtotal=D("9030.15"), cubetas=Cubetas(), nomina=NOMINA),
        recibido(a_cfdi(8, "0", tipo=Tipo.NOMINA, subtotal=D("9030.15"), cubetas=Cubetas(), nomina=NOMINA)),
        a_cfdi(9, "58000.55", fecha_emision=datetime(2026, 6, 7)),
    )
    return despacho


REGIMENES = {
    "601": libros("601"),
    "626 moral": libros("626"),
    "626 física": libros("626", moral=False),
    "612": libros("612", moral=False, otras_deducciones=(("612", 2, D("12.34")),)),
    "606": libros("606", moral=False, predial=((2, D("99.99")),)),
    "606 real, trimestral": libros("606", moral=False, arrendamiento_opcional=False, arrendamiento_trimestral=True),
    "605 y 612": libros("605", "612", moral=False),
}


@pytest.mark.parametrize("mes", [1, 2, 3, 6, 12])
@pytest.mark.parametrize("cual", REGIMENES)
def test_the_paper_of_isr_adds_up_and_recalculates(cual: str, mes: int) -> None:
    despacho = REGIMENES[cual]
    papel = mostrado(despacho, "papel-isr", 2026, mes)
    cuadran(papel)
    assert papel.filas
    regimen = papel.filas[-1].clave
    assert de(fila(papel, regimen), "ingresosAcum").total > 0
    assert recalculan(hojas(despacho, "papel-isr", 2026, mes)) >= 8 * mes


def test_the_rates_of_resico_in_the_formula_are_those_of_the_law() -> None:
    bases = [D(b) for b in ("0", "25000", "25000.01", "50000", "50000.01", "83333.33", "83333.34", "208333.33", "1e6")]
    for base in bases:
        hoja = Hoja("h", (), (Columna("a"),), Renglones([(base,), (Formula(_RESICO.format("A2"), D(0)),)]))
        assert Cuaderno([hoja]).valor("h", "A", 3) == float(tasa_resico(base))


@pytest.mark.parametrize("importe", ["0", "0.50", "0.51", "1.49", "1.50", "1.51", "5706.67", "3124.37", "99999999.50"])
def test_whole_pesos_by_formula_are_those_of_the_law(importe: str) -> None:
    hoja = Hoja("h", (), (Columna("a"),), Renglones([(D(importe),), (Formula(en_pesos("A2"), D(0)),)]))
    assert Cuaderno([hoja]).valor("h", "A", 3) == pesos(D(importe))


def test_without_paying_over_what_was_withheld_nothing_of_the_month_before_is_in_the_paper() -> None:
    despacho = Despacho()
    cubetas = Cubetas(base_16=D("100"), iva_16=D("16"), ret_iva=D("10.67"))
    despacho.enter(recibido(a_cfdi(1, "105.33", subtotal=D("100"), cubetas=cubetas)))
    papel = hojas(despacho, "papel-iva", 2026, 2)
    assert [fila[0] for fila in papel[1].renglones.filas] == ["anterior"]
    with despacho.books.open(despacho.tenant) as books:
        books.ajustes.guardar(ConfiguracionFiscal(2026, ("601",), iva=OpcionesIva(retencion_enterada=False)))
        encadenar(books)
    papel = hojas(despacho, "papel-iva", 2026, 2)
    assert list(papel[1].renglones.filas) == []
    assert recalculan(papel) >= 20


def test_libreoffice_gives_the_figures(escenario: Despacho, tmp_path: Path) -> None:
    libros = {f"isr-{n}": hojas(libro, "papel-isr", 2026, 6) for n, libro in enumerate(REGIMENES.values())}
    libros["iva"] = hojas(escenario, "papel-iva", 2025, 3)
    assert dicen_lo_mismo(libros, tmp_path) >= 20 + 40 * len(REGIMENES)


def test_libreoffice_shows_hostile_texts_as_they_are(tmp_path: Path) -> None:
    textos = [t for t in HOSTILE if t and "\r" not in t and "_x000D_" not in t]
    hoja = Hoja("h", (), (Columna("a"),), Renglones([(t,) for t in textos]))
    libro = recalculados({"papel": XlsxHojas().libro([hoja])}, tmp_path)["papel"]
    celdas = [libro["h"][f"A{n}"] for n in range(2, len(textos) + 2)]
    assert [(c.data_type, c.value) for c in celdas] == [("s", t) for t in textos]
