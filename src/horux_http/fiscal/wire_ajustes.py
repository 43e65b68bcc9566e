"""What the accountant sends: corrections, settings and filed returns; and the settings as they are shown."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from horux_core.fiscal.cfdi.model import DestinoIva, Estado
from horux_core.fiscal.cfdi.stored import Correction
from horux_core.fiscal.configuracion.adjusting import Adjustment
from horux_core.fiscal.configuracion.model import ConfiguracionFiscal, Declaracion
from horux_core.fiscal.errors import CorreccionInvalida
from horux_core.fiscal.iva.model import Apertura, ModoNotas
from horux_core.kernel.clock import MEXICO
from horux_core.kernel.periodo import Periodo
from horux_core.kernel.same import SAME
from horux_http.fiscal.wire import PesosOut, mxn
from horux_http.fiscal.wire_ajustes_calendario import (
    AjustesCalendarioOut,
    AjustesCalendarioPatch,
    del_calendario,
)
from horux_http.fiscal.wire_ajustes_isr import del_isr

_Clave = Annotated[str, Meta(max_length=4)]
_CERO = Decimal("0.00")


class CfdiPatch(Struct, rename="camel", forbid_unknown_fields=True):
    """What the XML cannot say. A member that is absent leaves things as they are; null takes them away."""

    estado: Estado | UnsetType = UNSET
    fecha_cancelacion: (
        Annotated[str, Meta(description="Día o momento, en hora del centro de México.", examples=["2026-02-03"])]
        | UnsetType
        | None
    ) = UNSET
    destino_iva: DestinoIva | UnsetType | None = UNSET
    acreditable_pct: Annotated[Decimal, Meta(description="De 0 a 100.", examples=["8.5"])] | UnsetType | None = UNSET
    tipo_cambio: (
        Annotated[
            Decimal,
            Meta(
                description="MXN por unidad, con 6 decimales a lo más; null devuelve el del XML.", examples=["18.5432"]
            ),
        ]
        | UnsetType
        | None
    ) = UNSET

    def as_correction(self) -> Correction:
        """Raises CorreccionInvalida."""
        sent = _sent(self)
        sent["tipo_cambio_capturado"] = sent.pop("tipo_cambio")
        if isinstance(self.fecha_cancelacion, str):
            sent["fecha_cancelacion"] = _momento(self.fecha_cancelacion)
        return Correction(**sent)


class AperturaWire(Struct, rename="camel", forbid_unknown_fields=True):
    """What the chain of IVA starts from: balance in favour before the month, and IVA withheld the month before it."""

    periodo: Annotated[str, Meta(description="AAAA-MM", examples=["2026-01"])]
    saldo_a_favor: Annotated[Decimal, Meta(examples=["12500.00"])] = _CERO
    retenido_mes_anterior: Annotated[Decimal, Meta(examples=["1066.67"])] = _CERO

    def as_apertura(self) -> Apertura:
        """Raises PeriodoMalformed."""
        return Apertura(Periodo.parse(self.periodo), self.saldo_a_favor, self.retenido_mes_anterior)


class ConfiguracionPatch(AjustesCalendarioPatch, rename="camel", forbid_unknown_fields=True):
    """The settings to change; a member that is absent leaves its setting as it is."""

    regimenes: Annotated[list[_Clave], Meta(max_length=20, examples=[["601"]])] | UnsetType = UNSET
    coeficiente_utilidad: Annotated[Decimal, Meta(examples=["0.2145"])] | UnsetType | None = UNSET
    perdidas: Decimal | UnsetType = UNSET
    ptu: Decimal | UnsetType = UNSET
    sexto_digito: bool | UnsetType = UNSET
    notas: ModoNotas | UnsetType = UNSET
    no_objeto_en_factor: bool | UnsetType = UNSET
    retencion_enterada: bool | UnsetType = UNSET
    efectivo_tope: Annotated[Decimal, Meta(examples=["2000.00"])] | UnsetType = UNSET
    usos_no_acreditables: Annotated[list[_Clave], Meta(max_length=60, examples=[["S01", "D01"]])] | UnsetType = UNSET
    apertura: AperturaWire | UnsetType | None = UNSET

    def as_adjustment(self) -> Adjustment:
        """Raises PeriodoMalformed."""
        sent = {**_sent(self), **self.del_isr()}
        if isinstance(self.regimenes, list):
            sent["regimenes"] = tuple(dict.fromkeys(self.regimenes))
        if isinstance(self.usos_no_acreditables, list):
            sent["usos_no_acreditables"] = frozenset(self.usos_no_acreditables)
        if isinstance(self.apertura, AperturaWire):
            sent["apertura"] = self.apertura.as_apertura()
        return Adjustment(**sent)


class AperturaOut(Struct, rename="camel"):
    periodo: Annotated[str, Meta(examples=["2026-01"])]
    saldo_a_favor: PesosOut
    retenido_mes_anterior: PesosOut

    @classmethod
    def of(cls, apertura: Apertura) -> Self:
        return cls(str(apertura.periodo), mxn(apertura.saldo_a_favor), mxn(apertura.retenido_mes_anterior))


class ConfiguracionOut(AjustesCalendarioOut, rename="camel", kw_only=True):
    """The settings in force in a year: its own, or those of the nearest year before it."""

    anio: Annotated[int, Meta(examples=[2026])]
    regimenes: Annotated[list[str], Meta(examples=[["601"]])]
    coeficiente_utilidad: Annotated[str, Meta(examples=["0.2145"])] | None
    perdidas: PesosOut
    ptu: PesosOut
    sexto_digito: bool
    notas: Annotated[str, Meta(description="flujo o emision.", examples=["flujo"])]
    no_objeto_en_factor: bool
    retencion_enterada: bool
    efectivo_tope: Annotated[str, Meta(examples=["2000.00"])]
    usos_no_acreditables: Annotated[list[str], Meta(examples=[["CN01", "CP01", "S01"]])]
    apertura: AperturaOut | None

    @classmethod
    def of(cls, c: ConfiguracionFiscal) -> Self:
        return cls(
            anio=c.anio,
            regimenes=list(c.regimenes),
            coeficiente_utilidad=None if c.coeficiente_utilidad is None else format(c.coeficiente_utilidad, ".4f"),
            perdidas=mxn(c.perdidas),
            ptu=mxn(c.ptu),
            sexto_digito=c.sexto_digito,
            notas=c.iva.notas.value,
            no_objeto_en_factor=c.iva.no_objeto_en_factor,
            retencion_enterada=c.iva.retencion_enterada,
            efectivo_tope=mxn(c.iva.efectivo_tope),
            usos_no_acreditables=sorted(c.iva.usos_no_acreditables),
            apertura=None if c.apertura is None else AperturaOut.of(c.apertura),
            **del_isr(c.isr),
            **del_calendario(c.calendario),
        )


class DeclaracionIn(Struct, rename="camel", forbid_unknown_fields=True):
    presentada_en: Annotated[date, Meta(examples=["2026-02-17"])]
    monto: Annotated[Decimal, Meta(description="MXN pagados.", examples=["5707.00"])]
    saldo_solicitado: Annotated[Decimal, Meta(description="Saldo a favor pedido en devolución.")] = _CERO

    def as_declaracion(self, impuesto: str, periodo: Periodo) -> Declaracion:
        return Declaracion(impuesto, periodo, self.presentada_en, self.monto, self.saldo_solicitado)


class DeclaracionOut(Struct, rename="camel"):
    impuesto: Annotated[str, Meta(examples=["iva"])]
    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(examples=[1])]
    presentada_en: Annotated[date, Meta(examples=["2026-02-17"])]
    monto: Annotated[str, Meta(examples=["5707.00"])]
    saldo_solicitado: PesosOut

    @classmethod
    def of(cls, d: Declaracion) -> Self:
        periodo = d.periodo
        return cls(d.impuesto, periodo.anio, periodo.mes, d.presentada_en, mxn(d.monto), mxn(d.saldo_solicitado))


def _sent(patch: Struct) -> dict[str, Any]:
    return {name: SAME if value is UNSET else value for name, value in structs.asdict(patch).items()}


def _momento(texto: str) -> datetime:
    """A moment as the books write it, without zone. Raises CorreccionInvalida."""
    try:
        momento = datetime.fromisoformat(texto)
        return momento if momento.tzinfo is None else momento.astimezone(MEXICO).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise CorreccionInvalida("La fecha de cancelación se escribe AAAA-MM-DD, por ejemplo 2026-02-03.") from error
