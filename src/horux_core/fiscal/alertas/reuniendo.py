"""Gathering the facts of a taxpayer that its alerts are decided from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from horux_core.fiel.ports import Vault
from horux_core.fiscal.alertas.alcance import Alcance
from horux_core.fiscal.alertas.efos import Lista69B
from horux_core.fiscal.alertas.hechos import (
    Abono,
    Banco,
    CfdiDelSat,
    Cierre,
    Comprobante,
    Hechos,
    Metadata,
    UsoDelPlan,
)
from horux_core.fiscal.alertas.ports import Listas
from horux_core.fiscal.calendario.consultando import que_vencen, situacion
from horux_core.fiscal.calendario.generando import DE_IMPUESTO, Vencimiento
from horux_core.fiscal.calendario.obligaciones import RESICO, Situacion
from horux_core.fiscal.calendario.recordatorios import DIAS_ANTES
from horux_core.fiscal.calendario.vencimientos import Regla, primer_dia, vencimiento
from horux_core.fiscal.cfdi.model import PPD, Estado, Tipo
from horux_core.fiscal.conciliacion.cobros import meses, por_factura
from horux_core.fiscal.configuracion.cierre import calculados
from horux_core.fiscal.configuracion.model import en_vigor
from horux_core.fiscal.isr.model import GENERAL_PM
from horux_core.fiscal.iva.consulting import meses_mostrados
from horux_core.fiscal.iva.conversion import cambio_de_docto
from horux_core.fiscal.iva.model import Documento, Lado
from horux_core.fiscal.iva.saldos import Saldos
from horux_core.fiscal.paquetes.comparando import coberturas
from horux_core.fiscal.paquetes.model import RenglonMetadata
from horux_core.fiscal.ports import OpenBooks
from horux_core.identity.ports import Directory
from horux_core.kernel.clock import dia_fiscal
from horux_core.kernel.importe import CERO, centavos
from horux_core.kernel.periodo import Periodo
from horux_core.plans.ports import Entitlements
from horux_core.tenancy.model import Tenant

ANIOS = 5
"""Whole years before the present one that are looked at: what is older can no longer be claimed (CFF 67)."""

_DE_IMPUESTOS = (Tipo.INGRESO, Tipo.EGRESO, Tipo.PAGO)
_BASES = ("base_16", "base_8", "base_0", "base_exento", "base_otra_tasa", "base_no_objeto", "base_sin_desglose")


def desde_de(hoy: date) -> Periodo:
    """The first month whose documents are looked at."""
    return Periodo(hoy.year - ANIOS, 1)


@dataclass(frozen=True, slots=True)
class _Vista:
    """The documents a review looks at; `uuids` are those it decides about, None for all."""

    comprobantes: tuple[Comprobante, ...]
    lista: Lista69B | None
    alcance: Alcance | None

    @property
    def uuids(self) -> frozenset[str] | None:
        return None if self.alcance is None else self.alcance.cambiados


@dataclass(frozen=True, slots=True)
class GatherFacts:
    """What is known of a taxpayer, of its books and in the central database."""

    entitlements: Entitlements
    listas: Listas
    vault: Vault
    directory: Directory

    def __call__(
        self, books: OpenBooks, tenant: Tenant, hoy: date, cambiados: frozenset[str] | None = None
    ) -> tuple[Hechos, Alcance | None]:
        """All there is, or what decides the alerts within the scope of what changed; nothing in it needs the books."""
        dia = primer_dia(desde_de(hoy))
        situacion_de = _situaciones(books)
        vista = self._vista(books, dia, cambiados)
        ajustes = en_vigor(books.ajustes.todas(), hoy.year, books.contribuyente.regimenes)

        def limite_mensual(periodo: Periodo) -> date:
            opciones = situacion_de(periodo.anio).vencimientos
            return vencimiento(Regla.DIA_17_SEXTO_VIERNES, periodo, tenant.rfc, opciones)

        hechos = Hechos(
            hoy,
            tenant.rfc,
            limite_mensual,
            tuple(con_efectos(books, vista.comprobantes)),
            regimenes=lambda anio: situacion_de(anio).regimenes,
            codigo_postal=ajustes.calendario.codigo_postal,
            declaradas=declaradas(books),
            cierres=cierres(books),
            lista_69b=vista.lista,
            saldos_iva=saldos_iva(books, hoy),
            ingresos=ingresos(books, hoy) if RESICO in situacion_de(hoy.year).regimenes else None,
            vencimientos=_obligaciones(books, tenant, hoy),
            fieles=self._fieles(tenant),
            plan=self._plan(books, tenant),
        )
        return _de_documentos(books, hechos, vista, dia), vista.alcance

    def _vista(self, books: OpenBooks, dia: date, cambiados: frozenset[str] | None) -> _Vista:
        if cambiados is None:
            todos = books.indicios.comprobantes(dia)
            return _Vista(todos, self.listas.de({c.rfc_emisor for c in todos if c.recibido}), None)
        propios = books.indicios.comprobantes(dia, cambiados)
        emisores = frozenset(c.rfc_emisor for c in propios if c.recibido)
        lista = self.listas.de(emisores)
        nomina = any(c.tipo is Tipo.NOMINA for c in propios)
        alcance = Alcance(cambiados, books.indicios.parecidos(cambiados) | cambiados, emisores, nomina)
        otros = alcance.parecidos | (books.indicios.nominas() if nomina else frozenset())
        otros |= books.indicios.recibidos_de(lista.por_rfc) if lista is not None else frozenset()
        return _Vista((*propios, *books.indicios.comprobantes(dia, otros - cambiados)), lista, alcance)

    def _fieles(self, tenant: Tenant) -> tuple[date, ...]:
        guardada = self.vault.stored(tenant.id)
        return () if guardada is None else (dia_fiscal(guardada.certificado.valido_hasta),)

    def _plan(self, books: OpenBooks, tenant: Tenant) -> tuple[UsoDelPlan, ...]:
        permitido = self.entitlements.of(tenant.id)
        with self.directory.transaction() as tx:
            personas = len(tx.memberships.people(tenant.id))
        return (
            UsoDelPlan("cfdi", "CFDI", books.cfdis.count(), permitido.cfdi_limit),
            UsoDelPlan("usuarios", "usuarios", personas, permitido.users_limit),
        )


def _situaciones(books: OpenBooks) -> Callable[[int], Situacion]:
    """By year, read now: whoever decides asks after the books were closed."""
    ajustes, contribuyente = books.ajustes.todas(), books.contribuyente
    return cache(lambda anio: situacion(ajustes, contribuyente, anio))


def _de_documentos(books: OpenBooks, hechos: Hechos, vista: _Vista, dia: date) -> Hechos:
    """With what is known of the documents that are decided about."""
    uuids = vista.uuids
    decididos = [c for c in vista.comprobantes if uuids is None or c.uuid in uuids]
    saldos, abonos = cobranza(books, decididos)
    return replace(
        hechos,
        avisos=books.indicios.avisos(dia, uuids),
        eventos=books.indicios.rechazados(dia, uuids),
        saldos=saldos,
        abonos=abonos,
        banco=banco(books, uuids),
        metadata=metadata(books, Periodo.of(dia), uuids),
    )


def con_efectos(books: OpenBooks, comprobantes: Sequence[Comprobante]) -> Iterator[Comprobante]:
    """Each cancelled one with the months that count it, or would have were it not cancelled."""
    cancelados = [c.uuid for c in comprobantes if not c.vigente and c.tipo in _DE_IMPUESTOS]
    documentos = books.iva.connected(cancelados) if cancelados else {}
    pagos: dict[str, set[Periodo]] = {}
    for documento in documentos.values():
        for pago in documento.pagos:
            for docto in pago.doctos:
                pagos.setdefault(docto.id_documento, set()).add(Periodo.of(pago.fecha_pago))
    situacion_de = _situaciones(books)
    for c in comprobantes:
        devenga = GENERAL_PM in situacion_de(c.fecha.year).regimenes
        yield c if c.vigente else replace(c, efectos=_efectos(c, documentos.get(c.uuid), pagos, devenga=devenga))


def _efectos(
    c: Comprobante, d: Documento | None, pagos: Mapping[str, set[Periodo]], *, devenga: bool
) -> tuple[Periodo, ...]:
    """What a PPD is paid counts when it is; under 601 an issued invoice counts whole when it is issued (LISR 17)."""
    if c.nomina is not None:
        return (Periodo.of(c.nomina.fecha_pago),)
    if d is None:
        return ()
    if d.tipo is Tipo.PAGO:
        return tuple(sorted({Periodo.of(pago.fecha_pago) for pago in d.pagos}))
    propio = d.periodo_global or c.periodo
    if d.tipo is not Tipo.INGRESO or d.metodo_pago != PPD:
        return (propio,)
    return tuple(sorted(pagos.get(d.uuid, set()) | ({propio} if devenga and d.emitido else set())))


def declaradas(books: OpenBooks) -> dict[Periodo, date]:
    """By month, the day by which every return filed of it had been: what came before is in all of them."""
    hechas: dict[Periodo, date] = {}
    for impuesto in DE_IMPUESTO:
        for d in books.ajustes.declaraciones(impuesto):
            hechas[d.periodo] = min(d.presentada_en, hechas.get(d.periodo, d.presentada_en))
    return hechas


def cobranza(books: OpenBooks, comprobantes: Sequence[Comprobante]) -> tuple[dict[str, Decimal], tuple[Abono, ...]]:
    """What is owed of each vigente PPD, in its currency, and what vigente P settle of them, in MXN."""
    ppd = [c.uuid for c in comprobantes if c.vigente and c.tipo is Tipo.INGRESO and c.metodo_pago == PPD]
    documentos = books.iva.connected(ppd) if ppd else {}
    saldos = Saldos(documentos)
    propias = [documentos[uuid] for uuid in ppd if uuid in documentos]
    abonos = tuple(
        Abono(factura.uuid, abono.fecha.date(), centavos(cambio(abono.pagado)))
        for factura in propias
        for abono in saldos.abonos(factura)
        if (cambio := cambio_de_docto(abono.complemento, abono.detalle)) is not None
    )
    return {factura.uuid: saldos.de(factura) for factura in propias}, abonos


def banco(books: OpenBooks, uuids: frozenset[str] | None) -> Banco | None:
    """None while no statement was loaded."""
    conciliados = tuple(Abono(c.uuid, c.fecha, c.importe) for c in por_factura(books, uuids))
    return Banco(conciliados, meses(books)) if books.conciliacion.cargas() else None


def saldos_iva(books: OpenBooks, hoy: date) -> dict[Periodo, Decimal]:
    """Of each closed month that the books reach."""
    primero, cerrado = books.iva.primer_periodo(), Periodo.of(hoy).anterior()
    if primero is None or primero > cerrado:
        return {}
    return {periodo: mes.saldo_a_favor for periodo, mes in meses_mostrados(books, primero, cerrado).items()}


def ingresos(books: OpenBooks, hoy: date) -> dict[int, Decimal]:
    """What was collected in this year and the one before, without taxes."""
    por_anio = {hoy.year - 1: CERO, hoy.year: CERO}
    for periodo, cuentas in books.iva.cuentas(Periodo(hoy.year - 1, 1)).items():
        if periodo.anio in por_anio:
            propias = (cuenta.cubetas for cuenta in cuentas if cuenta.lado is Lado.EMITIDO)
            por_anio[periodo.anio] += sum((getattr(c, base) for c in propias for base in _BASES), CERO)
    return por_anio


def cierres(books: OpenBooks) -> tuple[Cierre, ...]:
    """Of the returns that were noted with what the books came to."""
    hechos: list[Cierre] = []
    for impuesto in DE_IMPUESTO:
        noted = [(d, d.calculado) for d in books.ajustes.declaraciones(impuesto) if d.calculado is not None]
        ahora = calculados(books, impuesto, {d.periodo for d, _ in noted})
        hechos += (Cierre(impuesto, d.periodo, d.presentada_en, entonces, ahora[d.periodo]) for d, entonces in noted)
    return tuple(hechos)


def metadata(books: OpenBooks, desde: Periodo, uuids: frozenset[str] | None) -> Metadata | None:
    """None while no metadata was imported."""
    archivos = books.metadata.archivos()
    hallados = _del_sat(books, desde, uuids)
    if not archivos and not hallados:
        return None
    renglones = (CfdiDelSat(r.uuid, r.estado is Estado.VIGENTE, r.monto, r.fecha_emision.date()) for r in hallados)
    return Metadata(tuple(renglones), coberturas(archivos))


def _del_sat(books: OpenBooks, desde: Periodo, uuids: frozenset[str] | None) -> tuple[RenglonMetadata, ...]:
    if uuids is None:
        return books.metadata.desde(primer_dia(desde))
    return tuple(r for r in books.metadata.de(uuids).values() if Periodo.of(r.fecha_emision) >= desde)


def _obligaciones(books: OpenBooks, tenant: Tenant, hoy: date) -> tuple[Vencimiento, ...]:
    """From the day the taxpayer came: what was due before is not known here."""
    llegada = dia_fiscal(tenant.created_at)
    desde = max(llegada, primer_dia(desde_de(hoy)))
    hasta = hoy + timedelta(days=DIAS_ANTES)
    return que_vencen(books, desde, hasta, hoy) if desde <= hasta else ()
