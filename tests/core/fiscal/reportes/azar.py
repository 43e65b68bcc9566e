"""Generated books kept in memory: those of ISR, with names, places and returns, read under settings of their own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from contracts.libros import PROPIO, an_entry
from horux_core.fiscal.cfdi.model import Cfdi, Direccion, Estado, Tipo
from horux_core.fiscal.cfdi.stored import Correction, Entry
from horux_core.fiscal.configuracion.model import AjustesIsr, ConfiguracionFiscal, Declaracion
from horux_core.fiscal.isr.model import DocumentoIsr, OpcionesIsr
from horux_core.fiscal.iva.model import Apertura
from horux_core.fiscal.recomputing import encadenar, recompute
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.rfc import EXTRANJERO, PUBLICO_EN_GENERAL, Rfc
from tests.core.fiscal.isr.azar import AzarIsr
from tests.despacho import Despacho

D = Decimal
FISICA = "XOJI740919U48"
EFOS = "EFO010101EF1"
_OTROS = ("URE180429TM6", "CACX7605101P8", "IVD920810GU2", PUBLICO_EN_GENERAL, EXTRANJERO, EXTRANJERO)
_NOMBRES = ("ACME LLC", " Acmé  llc", None, "ÑANDÚ, S.A. DE C.V.")
_LUGARES = ("26015", "77500", "24000", "86000", "22000", None)


class LibroAlAzar:
    """The same documents twice: as the engines read them in `documentos`, and as the books keep them in `cfdis`."""

    def __init__(self, semilla: int, n: int = 8) -> None:
        self.azar = AzarIsr(semilla, n)
        self.r = Random(semilla + 3 * 10**7)
        self.opciones: OpcionesIsr = self.azar.opciones
        self.propio = PROPIO if self.opciones.moral else FISICA
        self.documentos = [self._sano(d) for d in self.azar.documentos]
        self.cfdis: dict[str, Cfdi] = {d.flujo.uuid: self._cfdi(d) for d in self.documentos}
        self.apertura = self._apertura()
        self.declaraciones = self._declaraciones()

    def _sano(self, d: DocumentoIsr) -> DocumentoIsr:
        """One that the books can hold: nobody on the 69-B list is the taxpayer, who alone has been judged."""
        if d.flujo.recibido and not d.flujo.emitido:
            return d
        return replace(d, flujo=replace(d.flujo, efos_definitivo=False))

    def _cfdi(self, d: DocumentoIsr) -> Cfdi:
        r, f = self.r, d.flujo
        otro, nombre = EFOS if f.efos_definitivo else r.choice(_OTROS), r.choice(_NOMBRES)
        emisor, receptor = (self.propio, "YO MISMA"), (self.propio, "YO MISMA")
        if not f.emitido:
            emisor = (otro, nombre or "")
        if not f.recibido:
            receptor = (otro, nombre or "")
        return Cfdi(
            *(f.uuid, "4.0", f.tipo, f.fecha, emisor[0], receptor[0], f.moneda, f.tipo_cambio),
            *(d.subtotal, d.descuento, f.total),
            serie=r.choice((None, "A")),
            folio=r.choice((None, "7")),
            metodo_pago=f.metodo_pago,
            forma_pago=f.forma_pago,
            lugar_expedicion=r.choice(_LUGARES),
            nombre_emisor=emisor[1] or None,
            regimen_emisor=d.regimen_emisor,
            nombre_receptor=receptor[1] or None,
            uso_cfdi=f.uso_cfdi,
            regimen_receptor=d.regimen_receptor,
            isr_retenido=d.isr_retenido,
            combustible=f.combustible,
            periodo_global=f.periodo_global,
            cubetas=f.cubetas,
            relaciones=f.relaciones,
            pagos=f.pagos,
            nomina=d.nomina,
            retenciones=d.retenciones,
        )

    def _apertura(self) -> Apertura | None:
        if self.r.random() < 0.5:
            return None
        return Apertura(Periodo(2026, 1), D(self.r.randint(0, 10**6)) / 100, D(self.r.randint(0, 10**5)) / 100)

    def _declaraciones(self) -> tuple[Declaracion, ...]:
        r = self.r
        return tuple(
            Declaracion(impuesto, Periodo(2026, mes), date(2026, mes + 1, r.randint(1, 28)), D(r.randint(0, 99999)))
            for impuesto in ("iva", "isr")
            for mes in (1, 2)
            if r.random() < 0.5
        )

    def despacho(self) -> Despacho:
        """The books of this taxpayer, worked out."""
        hecho = Despacho()
        self._registrar(hecho)
        with hecho.books.open(hecho.tenant) as books:
            books.ajustes.guardar(self._configuracion())
            for declaracion in self.declaraciones:
                books.ajustes.declarar(declaracion)
            books.tables["efos_definitivos"] = {EFOS: True}
            books.cfdis.enter([self._entrada(d) for d in self.documentos])
            for d in self.documentos:
                books.cfdis.correct(d.flujo.uuid, _juicio(d))
            recompute(books)
            encadenar(books)
        return hecho

    def _registrar(self, hecho: Despacho) -> None:
        with hecho.control.transaction() as tables:
            tenant = tables["tenants"][hecho.tenant]
            tables["tenants"][hecho.tenant] = replace(tenant, rfc=Rfc(self.propio), regimenes=self.opciones.regimenes)

    def _entrada(self, d: DocumentoIsr) -> Entry:
        f = d.flujo
        lados = {(True, False): Direccion.EMITIDO, (False, True): Direccion.RECIBIDO, (True, True): Direccion.AMBAS}
        return an_entry(self.cfdis[f.uuid], lados[f.emitido, f.recibido])

    def _configuracion(self) -> ConfiguracionFiscal:
        o = self.opciones
        suyos: dict[str, Any] = {
            n: getattr(o, n) for n in AjustesIsr.__dataclass_fields__ if n in OpcionesIsr.__dataclass_fields__
        }
        return ConfiguracionFiscal(
            2026,
            o.regimenes,
            perdidas=o.perdidas,
            ptu=o.ptu,
            iva=self.azar.de_iva,
            apertura=self.apertura,
            isr=AjustesIsr(**suyos, inicio_actividades=o.inicio),
        )


def _juicio(d: DocumentoIsr) -> Correction:
    estado = Estado.VIGENTE if d.flujo.vigente else Estado.CANCELADO
    return Correction(estado, None, d.flujo.destino, d.flujo.acreditable_pct)


def de_tipo(libro: LibroAlAzar, *tipos: Tipo) -> list[DocumentoIsr]:
    """The vigente ones of those kinds."""
    return [d for d in libro.documentos if d.flujo.vigente and d.flujo.tipo in tipos]
