"""Makers of documents as the books keep them, for suites and tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from horux_core.fiscal.cfdi.model import (
    Advertencia,
    Cfdi,
    Cubetas,
    Direccion,
    DoctoPagado,
    DocumentoRetenciones,
    Impuesto,
    Nomina,
    Pago,
    Relacion,
    Tipo,
)
from horux_core.fiscal.cfdi.stored import Entry, Original
from horux_core.fiscal.iva.model import Evento, Lado
from horux_core.kernel.ids import TenantId
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import Rfc
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant, TenantState

PROPIO = "EKU9003173C9"
AJENO = "URE180429TM6"
D = Decimal


def uuid(n: int) -> str:
    return str(UUID(int=0xAAAAAAAA_BBBB_4CCC_8DDD_000000000000 + n))


def a_cfdi(n: int = 1, total: str = "1160.00", **changes: object) -> Cfdi:
    """An invoice at 16 %, PUE, issued by the taxpayer on 15 January 2026, unless told otherwise."""
    base = (D(total) / D("1.16")).quantize(D("0.01"))
    plain = Cfdi(
        uuid=uuid(n),
        version="4.0",
        tipo=Tipo.INGRESO,
        fecha_emision=datetime(2026, 1, 15, 10, 30),
        rfc_emisor=PROPIO,
        rfc_receptor=AJENO,
        moneda="MXN",
        tipo_cambio=D(1),
        subtotal=base,
        descuento=D("0.00"),
        total=D(total),
        metodo_pago="PUE",
        forma_pago="03",
        nombre_emisor="ESCUELA KEMPER URGATE",
        nombre_receptor="UNIVERSIDAD ROBÓTICA ESPAÑOLA",
        uso_cfdi="G03",
        iva_trasladado=D(total) - base,
        cubetas=Cubetas(base_16=base, iva_16=D(total) - base),
        impuestos=(Impuesto("traslado", "federal", "002", "Tasa", D("0.160000"), base, D(total) - base),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_ppd(n: int, total: str = "1160.00", **changes: object) -> Cfdi:
    return a_cfdi(n, total, **{"metodo_pago": "PPD", "forma_pago": "99", **changes})


def a_payment(n: int, *facturas: int, pagado: str = "580.00", **changes: object) -> Cfdi:
    """A P of 20 February 2026 that pays the same of each of those invoices, whose taxes it tells."""
    base = (D(pagado) / D("1.16")).quantize(D("0.01"))
    cubetas = Cubetas(base_16=base, iva_16=D(pagado) - base)
    doctos = tuple(
        DoctoPagado(uuid(f), "MXN", D(1), 1, D("1160.00"), D(pagado), D("580.00"), "02", True, cubetas)
        for f in facturas
    )
    pago = Pago(datetime(2026, 2, 20, 12), "03", "MXN", D(1), D(pagado) * len(facturas), "OP-1", doctos)
    plain = a_cfdi(
        n,
        tipo=Tipo.PAGO,
        fecha_emision=datetime(2026, 3, 1, 9),
        moneda="XXX",
        tipo_cambio=None,
        subtotal=D(0),
        total="0",
        metodo_pago=None,
        forma_pago=None,
        iva_trasladado=D("0.00"),
        cubetas=Cubetas(),
        impuestos=(),
        pagos=(pago,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_credit_note(n: int, *facturas: int, tipo: str = "01", total: str = "116.00", **changes: object) -> Cfdi:
    relaciones = tuple(Relacion(tipo, uuid(f)) for f in facturas)
    return a_cfdi(n, total, **{"tipo": Tipo.EGRESO, "relaciones": relaciones, **changes})


def a_full_cfdi(n: int = 1) -> Cfdi:
    """One that uses every field there is."""
    return replace(
        a_payment(n, 7, 8),
        serie="A",
        folio="0001",
        fecha_timbrado=datetime(2026, 3, 1, 9, 5, 1),
        rfc_pac="SAT970701NN3",
        condiciones_pago="Contado\ty \\ rayos \"30 %\"\nneto",
        exportacion="01",
        lugar_expedicion="26015",
        regimen_emisor="601",
        cp_receptor="86991",
        regimen_receptor="601",
        iva_retenido=D("1.10"),
        isr_retenido=D("2.20"),
        ieps=D("3.30"),
        ieps_retenido=D("4.40"),
        loc_traslados=D("5.50"),
        loc_retenciones=D("6.60"),
        a_cuenta_terceros=D("7.70"),
        combustible=True,
        periodo_global=Periodo(2026, 2),
        periodicidad_global="04",
        tipo_cambio_declarado=D("1.000000"),
        cubetas=Cubetas(*(*(D(f"{i}.{i:06d}") for i in range(1, 11)), D("3.30"), D("12.1"), D("13.1"), D("14.1"))),
        impuestos=(
            Impuesto("traslado", "federal", "002", "Exento", None, D("10.5"), D("0.00")),
            Impuesto("retencion", "local", "5 al millar", None, D("0.500"), None, D("0.05")),
        ),
        relaciones=(Relacion("04", uuid(9)), Relacion("01", uuid(5))),
        nomina=Nomina(
            "O", date(2026, 1, 15), date(2026, 1, 1), None, D("15.000"), D("1.1"), D("2.2"), D("3.3"), D("4.4"),
            D("5.5"), D("6.6"), D("7.7"), D("8.8"), "XEXX010101HNEXXXA4", "120", "02",
        ),
        retenciones=DocumentoRetenciones("14", 2025, 1, 12, D("1.1"), D("2.2"), D("3.3"), D("4.4")),
        advertencias=(Advertencia("no_cuadra", "El total no cuadra: «ñ».\n"), Advertencia("TC_SOSPECHOSO", "…")),
    )  # fmt: skip


def an_entry(cfdi: Cfdi, direccion: Direccion | None = None, content: bytes | None = None) -> Entry:
    """The document and a file for it; the same document gives the same bytes."""
    content = repr(cfdi).encode() if content is None else content
    side = Direccion.EMITIDO if cfdi.rfc_emisor == PROPIO else Direccion.RECIBIDO
    return Entry(f"{cfdi.uuid}.xml", cfdi, direccion or side, Original(sha256(content).digest(), len(content), content))


def recibido(cfdi: Cfdi) -> Cfdi:
    """The same document, issued to the taxpayer."""
    return replace(cfdi, rfc_emisor=AJENO, rfc_receptor=PROPIO)


def an_event(n: int, periodo: Periodo = Periodo(2026, 1), iva: str = "16.00", **changes: object) -> Evento:  # noqa: B008
    dia = date(periodo.anio, periodo.mes, 15)
    cubetas = Cubetas(base_16=D(iva) / D("0.16"), iva_16=D(iva))
    plain = Evento(uuid(n), 0, 0, Lado.EMITIDO, periodo, dia, cubetas, "pue", "LIVA 1-B")
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_tenant(tenant: TenantId, rfc: str = PROPIO) -> Tenant:
    return Tenant(
        tenant,
        Rfc(rfc),
        "Escuela Kemper Urgate",
        Plan.ENTERPRISE,
        f"horux_{rfc.lower()}",
        "local",
        ("601",),
        TenantState.LIVE,
        True,
        datetime(2026, 1, 1, tzinfo=UTC),
    )
