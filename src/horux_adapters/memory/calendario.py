from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from horux_adapters.memory.database import MemoryDatabase, Tables
from horux_core.fiscal.calendario.generando import Clave, Vencimiento
from horux_core.fiscal.calendario.obligaciones import Condicion
from horux_core.fiscal.calendario.recordatorios import Momento
from horux_core.fiscal.cfdi.model import Direccion, Estado
from horux_core.fiscal.iva.model import Lado
from horux_core.kernel.ids import TenantId, UserId
from horux_core.kernel.periodo import Periodo


@dataclass(frozen=True, slots=True)
class MemoryCalendario:
    tables: Tables

    def marcadas(self, desde: Periodo, hasta: Periodo) -> tuple[Vencimiento, ...]:
        suyas = (v for clave, v in self.tables["calendario_fiscal"].items() if desde <= clave.periodo <= hasta)
        return tuple(sorted(suyas, key=lambda v: (v.clave.periodo, v.clave.obligacion)))

    def marcar(self, vencimiento: Vencimiento) -> None:
        self.tables["calendario_fiscal"][vencimiento.clave] = vencimiento

    def condiciones(self, desde: Periodo, hasta: Periodo) -> Mapping[Periodo, frozenset[Condicion]]:
        hechas: defaultdict[Periodo, set[Condicion]] = defaultdict(set)
        for kept in self.tables["cfdis"].values():
            if kept.stored.estado is not Estado.VIGENTE or kept.stored.direccion is Direccion.RECIBIDO:
                continue
            cfdi = kept.stored.cfdi
            if cfdi.nomina is not None:
                hechas[Periodo.of(cfdi.nomina.fecha_pago)].add(Condicion.NOMINA)
            for pago in cfdi.pagos:
                hechas[Periodo.of(pago.fecha_pago)].add(Condicion.COBRO_PPD)
        for periodo, (isr, iva) in self._retenidos().items():
            retenciones = ((Condicion.RETENCION_ISR, isr), (Condicion.RETENCION_IVA, iva))
            hechas[periodo].update(condicion for condicion, importe in retenciones if importe > 0)
        return {p: frozenset(suyas) for p, suyas in hechas.items() if suyas and desde <= p <= hasta}

    def _retenidos(self) -> dict[Periodo, tuple[Decimal, Decimal]]:
        sumas: dict[Periodo, tuple[Decimal, Decimal]] = {}
        for suyos in self.tables["iva_eventos"].values():
            for e in suyos:
                if e.lado is Lado.RECIBIDO:
                    isr, iva = sumas.get(e.periodo, (Decimal(0), Decimal(0)))
                    iva_de_este = e.cubetas.ret_iva + e.retenido_no_acreditable
                    sumas[e.periodo] = (isr + e.cubetas.ret_isr, iva + iva_de_este)
        return sumas

    def recordados(self, desde: Periodo) -> frozenset[tuple[Clave, Momento]]:
        return frozenset(clave for clave in self.tables["recordatorios"] if clave[0].periodo >= desde)

    def lock(self) -> None:
        """Transactions in memory take turns already."""

    def anotar_recordatorios(self, lote: UUID, recordatorios: Iterable[tuple[Clave, Momento]]) -> None:
        for recordatorio in recordatorios:
            self.tables["recordatorios"].setdefault(recordatorio, lote)

    def recordatorios(self, lote: UUID) -> tuple[tuple[Clave, Momento], ...]:
        suyos = (recordatorio for recordatorio, de in self.tables["recordatorios"].items() if de == lote)
        return tuple(sorted(suyos, key=lambda r: (r[0].periodo, r[0].obligacion, r[1])))


@dataclass(frozen=True, slots=True)
class MemoryFeeds:
    control: MemoryDatabase

    def poner(self, tenant: TenantId, token_hash: str, por: UserId, en: datetime) -> None:
        with self.control.transaction() as tables:
            tables["calendario_feeds"][tenant] = (token_hash, por, en)

    def quitar(self, tenant: TenantId) -> bool:
        with self.control.transaction() as tables:
            return tables["calendario_feeds"].pop(tenant, None) is not None

    def puesta(self, tenant: TenantId) -> datetime | None:
        with self.control.transaction() as tables:
            kept: tuple[str, UserId, datetime] | None = tables["calendario_feeds"].get(tenant)
        return None if kept is None else kept[2]

    def de(self, token_hash: str) -> tuple[TenantId, UserId] | None:
        with self.control.transaction() as tables:
            kept = tables["calendario_feeds"].items()
            return next(((tenant, por) for tenant, (hashed, por, _) in kept if hashed == token_hash), None)
