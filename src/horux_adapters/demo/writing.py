"""Writes CFDI 4.0 as XML for the sample client. Its stamps are invented: the tax authority knows none of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from xml.sax.saxutils import quoteattr

from horux_core.kernel.importe import centavos

CERO = Decimal(0)
_PAGOS = "http://www.sat.gob.mx/Pagos20"
_NOMINA = "http://www.sat.gob.mx/nomina12"
_PUBLICO = "XAXX010101000"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with an RFC. `regimen` and `cp` are those of its tax certificate."""

    rfc: str
    nombre: str
    regimen: str
    cp: str


@dataclass(frozen=True, slots=True)
class Line:
    """A concept: `tasa` is the IVA rate, None for exempt; the shares are what the receiver withholds of the base."""

    clave: str
    descripcion: str
    importe: Decimal
    tasa: Decimal | None = Decimal("0.160000")
    ret_isr: Decimal = CERO
    ret_iva: Decimal = CERO

    @property
    def iva(self) -> Decimal:
        return centavos(self.importe * self.tasa) if self.tasa is not None else CERO

    @property
    def isr_retenido(self) -> Decimal:
        return centavos(self.importe * self.ret_isr)

    @property
    def iva_retenido(self) -> Decimal:
        return centavos(self.importe * self.ret_iva)


@dataclass(frozen=True, slots=True)
class Invoice:
    """A document of type I or E. Amounts in `moneda`; `relacion` is its type and the other's UUID."""

    uuid: str
    serie: str
    folio: int
    fecha: datetime
    emisor: Party
    receptor: Party
    uso: str
    lines: tuple[Line, ...]
    tipo: str = "I"
    metodo: str = "PUE"
    forma: str = "03"
    moneda: str = "MXN"
    tipo_cambio: Decimal = Decimal(1)
    relacion: tuple[str, str] | None = None

    @property
    def subtotal(self) -> Decimal:
        return sum((line.importe for line in self.lines), CERO)

    @property
    def total(self) -> Decimal:
        taxes = sum((line.iva - line.isr_retenido - line.iva_retenido for line in self.lines), CERO)
        return self.subtotal + taxes


@dataclass(slots=True)
class Writer:
    """Same seed, same documents."""

    random: Random
    written: list[tuple[str, bytes]] = field(default_factory=list)

    def uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def invoice(self, invoice: Invoice) -> Invoice:
        extra = f' MetodoPago="{invoice.metodo}" FormaPago="{invoice.forma}"'
        if invoice.moneda != "MXN":
            extra += f' TipoCambio="{invoice.tipo_cambio}"'
        head = _head(invoice, invoice.tipo, invoice.moneda, invoice.subtotal, invoice.total, extra)
        related = ""
        if invoice.relacion:
            kind, other = invoice.relacion
            related = (
                f'<cfdi:CfdiRelacionados TipoRelacion="{kind}"><cfdi:CfdiRelacionado UUID="{other}"/>'
                "</cfdi:CfdiRelacionados>"
            )
        if invoice.receptor.rfc == _PUBLICO:
            mes = f'Meses="{invoice.fecha.month:02d}" Año="{invoice.fecha.year}"'
            related += f'<cfdi:InformacionGlobal Periodicidad="04" {mes}/>'
        concepts = "".join(_concept(line) for line in invoice.lines)
        body = f"<cfdi:Conceptos>{concepts}</cfdi:Conceptos>{_summary(invoice.lines)}"
        self._keep(invoice.uuid, invoice.fecha, head + related + _parties(invoice) + body)
        return invoice

    def payment(
        self, invoice: Invoice, paid: Decimal, owed: Decimal, part: int, when: datetime, stamped: datetime
    ) -> None:
        """A complement Pagos 2.0 for `paid` of an invoice in MXN of which `owed` was left."""
        share = paid / invoice.total
        rows: dict[str, tuple[Decimal, Decimal]] = {}
        for line in invoice.lines:
            key = "Exento" if line.tasa is None else f"{line.tasa:.6f}"
            base, tax = rows.get(key, (CERO, CERO))
            rows[key] = (base + line.importe, tax + line.iva)
        taxes = "".join(_paid_tax("DR", key, centavos(b * share), centavos(t * share)) for key, (b, t) in rows.items())
        totals = "".join(_paid_tax("P", key, centavos(b * share), centavos(t * share)) for key, (b, t) in rows.items())
        document = (
            f'<pago20:DoctoRelacionado IdDocumento="{invoice.uuid}" MonedaDR="MXN" EquivalenciaDR="1"'
            f' NumParcialidad="{part}" ImpSaldoAnt="{owed:.2f}" ImpPagado="{paid:.2f}"'
            f' ImpSaldoInsoluto="{owed - paid:.2f}" ObjetoImpDR="02"><pago20:ImpuestosDR><pago20:TrasladosDR>{taxes}'
            "</pago20:TrasladosDR></pago20:ImpuestosDR></pago20:DoctoRelacionado>"
        )
        complement = (
            f'<pago20:Pagos xmlns:pago20="{_PAGOS}" Version="2.0">{_paid_totals(rows, share, paid)}'
            f'<pago20:Pago FechaPago="{when.isoformat()}" FormaDePagoP="03" MonedaP="MXN" TipoCambioP="1"'
            f' Monto="{paid:.2f}">{document}<pago20:ImpuestosP><pago20:TrasladosP>{totals}</pago20:TrasladosP>'
            "</pago20:ImpuestosP></pago20:Pago></pago20:Pagos>"
        )
        self._payless("P", "CP01", invoice.emisor, invoice.receptor, stamped, "84111506", "Pago", CERO, complement)

    def payroll(
        self, employer: Party, employee: Party, pay: Decimal, isr: Decimal, imss: Decimal, day: datetime
    ) -> None:
        deductions = isr + imss
        complement = (
            f'<nomina12:Nomina xmlns:nomina12="{_NOMINA}" Version="1.2" TipoNomina="O" FechaPago="{day:%Y-%m-%d}"'
            f' FechaInicialPago="{day - timedelta(days=14):%Y-%m-%d}" FechaFinalPago="{day:%Y-%m-%d}"'
            f' NumDiasPagados="15" TotalPercepciones="{pay:.2f}" TotalDeducciones="{deductions:.2f}">'
            f'<nomina12:Percepciones TotalSueldos="{pay:.2f}" TotalGravado="{pay:.2f}" TotalExento="0.00">'
            f'<nomina12:Percepcion TipoPercepcion="001" Clave="001" Concepto="Sueldo" ImporteGravado="{pay:.2f}"'
            ' ImporteExento="0.00"/></nomina12:Percepciones>'
            f'<nomina12:Deducciones TotalOtrasDeducciones="{imss:.2f}" TotalImpuestosRetenidos="{isr:.2f}">'
            f'<nomina12:Deduccion TipoDeduccion="001" Clave="101" Concepto="IMSS" Importe="{imss:.2f}"/>'
            f'<nomina12:Deduccion TipoDeduccion="002" Clave="102" Concepto="ISR" Importe="{isr:.2f}"/>'
            "</nomina12:Deducciones></nomina12:Nomina>"
        )
        self._payless("N", "CN01", employer, employee, day, "84111505", "Pago de nómina", pay, complement, deductions)

    def _payless(
        self,
        tipo: str,
        uso: str,
        emisor: Party,
        receptor: Party,
        fecha: datetime,
        clave: str,
        descripcion: str,
        pay: Decimal,
        complement: str,
        discount: Decimal = CERO,
    ) -> None:
        line = Line(clave, descripcion, pay, None)
        moneda, extra = ("MXN", f' Descuento="{discount:.2f}" MetodoPago="PUE"') if pay else ("XXX", "")
        shell = Invoice(self.uuid(), tipo, len(self.written) + 1, fecha, emisor, receptor, uso, (line,), tipo)
        head = _head(shell, tipo, moneda, pay, pay - discount, extra)
        off = f' Descuento="{discount:.2f}"' if discount else ""
        amount = f"{pay:.2f}" if pay else "0"
        concept = (
            f'<cfdi:Conceptos><cfdi:Concepto ClaveProdServ="{clave}" Cantidad="1" ClaveUnidad="ACT"'
            f' Descripcion={quoteattr(descripcion)} ValorUnitario="{amount}" Importe="{amount}"{off} ObjetoImp="01"/>'
            "</cfdi:Conceptos>"
        )
        self._keep(shell.uuid, fecha, head + _parties(shell) + concept, complement)

    def _keep(self, uuid: str, fecha: datetime, document: str, complement: str = "") -> None:
        stamp = (
            '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
            f' UUID="{uuid.upper()}" FechaTimbrado="{(fecha + timedelta(minutes=2)).isoformat()}"'
            ' RfcProvCertif="SPR190613I52" SelloCFD="" NoCertificadoSAT="30001000000500003456" SelloSAT=""/>'
        )
        text = f"{document}<cfdi:Complemento>{complement}{stamp}</cfdi:Complemento></cfdi:Comprobante>\n"
        self.written.append((f"{uuid}.xml", text.encode()))


def _head(i: Invoice, tipo: str, moneda: str, subtotal: Decimal, total: Decimal, extra: str) -> str:
    amounts = f'SubTotal="{subtotal:.2f}" Total="{total:.2f}"' if moneda != "XXX" else 'SubTotal="0" Total="0"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"'
        f' Version="4.0" Serie="{i.serie}" Folio="{i.folio}" Fecha="{i.fecha.isoformat()}" Sello=""'
        f' NoCertificado="30001000000500003416" Certificado="" {amounts} Moneda="{moneda}"'
        f' TipoDeComprobante="{tipo}" Exportacion="01" LugarExpedicion="{i.emisor.cp}"{extra}>'
    )


def _parties(i: Invoice) -> str:
    e, r = i.emisor, i.receptor
    return (
        f'<cfdi:Emisor Rfc={quoteattr(e.rfc)} Nombre={quoteattr(e.nombre)} RegimenFiscal="{e.regimen}"/>'
        f"<cfdi:Receptor Rfc={quoteattr(r.rfc)} Nombre={quoteattr(r.nombre)}"
        f' DomicilioFiscalReceptor="{r.cp}" RegimenFiscalReceptor="{r.regimen}" UsoCFDI="{i.uso}"/>'
    )


def _concept(line: Line) -> str:
    held = "".join(
        f'<cfdi:Retencion Base="{line.importe:.2f}" Impuesto="{code}" TipoFactor="Tasa" TasaOCuota="{share:.6f}"'
        f' Importe="{amount:.2f}"/>'
        for code, share, amount in (("001", line.ret_isr, line.isr_retenido), ("002", line.ret_iva, line.iva_retenido))
        if amount
    )
    return (
        f'<cfdi:Concepto ClaveProdServ="{line.clave}" Cantidad="1" ClaveUnidad="E48"'
        f" Descripcion={quoteattr(line.descripcion)}"
        f' ValorUnitario="{line.importe:.2f}" Importe="{line.importe:.2f}" ObjetoImp="02"><cfdi:Impuestos>'
        f"<cfdi:Traslados>{_transferred(line.tasa, line.importe, line.iva)}</cfdi:Traslados>"
        + (f"<cfdi:Retenciones>{held}</cfdi:Retenciones>" if held else "")
        + "</cfdi:Impuestos></cfdi:Concepto>"
    )


def _summary(lines: tuple[Line, ...]) -> str:
    rates: dict[Decimal | None, tuple[Decimal, Decimal]] = {}
    for line in lines:
        base, tax = rates.get(line.tasa, (CERO, CERO))
        rates[line.tasa] = (base + line.importe, tax + line.iva)
    isr = sum((line.isr_retenido for line in lines), CERO)
    iva = sum((line.iva_retenido for line in lines), CERO)
    held = "".join(
        f'<cfdi:Retencion Impuesto="{code}" Importe="{amount:.2f}"/>'
        for code, amount in (("001", isr), ("002", iva))
        if amount
    )
    moved = sum((tax for _, tax in rates.values()), CERO)
    totals = f' TotalImpuestosRetenidos="{isr + iva:.2f}"' if held else ""
    if any(rate is not None for rate in rates):
        totals += f' TotalImpuestosTrasladados="{moved:.2f}"'
    rows = "".join(_transferred(rate, base, tax) for rate, (base, tax) in rates.items())
    return (
        f"<cfdi:Impuestos{totals}>"
        + (f"<cfdi:Retenciones>{held}</cfdi:Retenciones>" if held else "")
        + f"<cfdi:Traslados>{rows}</cfdi:Traslados></cfdi:Impuestos>"
    )


def _transferred(rate: Decimal | None, base: Decimal, tax: Decimal) -> str:
    if rate is None:
        return f'<cfdi:Traslado Base="{base:.2f}" Impuesto="002" TipoFactor="Exento"/>'
    return (
        f'<cfdi:Traslado Base="{base:.2f}" Impuesto="002" TipoFactor="Tasa" TasaOCuota="{rate:.6f}"'
        f' Importe="{tax:.2f}"/>'
    )


def _paid_tax(suffix: str, rate: str, base: Decimal, tax: Decimal) -> str:
    kind = f'<pago20:Traslado{suffix} Base{suffix}="{base:.2f}" Impuesto{suffix}="002"'
    if rate == "Exento":
        return f'{kind} TipoFactor{suffix}="Exento"/>'
    return f'{kind} TipoFactor{suffix}="Tasa" TasaOCuota{suffix}="{rate}" Importe{suffix}="{tax:.2f}"/>'


def _paid_totals(rows: dict[str, tuple[Decimal, Decimal]], share: Decimal, paid: Decimal) -> str:
    names = {"0.160000": "16", "0.080000": "8", "0.000000": "0"}
    amounts = ""
    for rate, (base, tax) in rows.items():
        part = centavos(base * share)
        if rate == "Exento":
            amounts += f' TotalTrasladosBaseIVAExento="{part:.2f}"'
            continue
        name = names[rate]
        amounts += (
            f' TotalTrasladosBaseIVA{name}="{part:.2f}" TotalTrasladosImpuestoIVA{name}="{centavos(tax * share):.2f}"'
        )
    return f'<pago20:Totales{amounts} MontoTotalPagos="{paid:.2f}"/>'
