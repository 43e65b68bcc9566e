"""The shapes of the calendar on the wire (SPEC 3, `/calendario`)."""

from datetime import date
from typing import Annotated, Self

from msgspec import Meta, Struct

from horux_core.fiscal.calendario.generando import EstadoObligacion, Vencidas, Vencimiento
from horux_core.fiscal.calendario.ical import del_periodo
from horux_core.fiscal.calendario.marcando import Marca, ident_de


class VencidasOut(Struct, rename="camel"):
    """Las que ya vencieron sin presentarse, de los meses con CFDI y a lo más de un año atrás."""

    cuantas: Annotated[int, Meta(ge=1, examples=[9])]
    desde: Annotated[date, Meta(description="El día en que venció la más antigua.", examples=["2026-01-17"])]

    @classmethod
    def of(cls, vencidas: Vencidas | None) -> Self | None:
        return None if vencidas is None else cls(vencidas.cuantas, vencidas.desde)


class ObligacionOut(Struct, rename="camel"):
    """Una obligación de un periodo, que termina en `anio` y `mes`.

    `prevista`: los CFDI de su mes aún no la muestran, los de los meses anteriores sí. `porPersona`: alguien puso su
    estado. `aviso` es el día de avisar antes del vencimiento.
    """

    id: Annotated[str, Meta(examples=["IVA_MENSUAL-2026-01"])]
    obligacion: Annotated[str, Meta(examples=["IVA_MENSUAL"])]
    nombre: Annotated[str, Meta(examples=["Pago mensual IVA (definitivo)"])]
    anio: Annotated[int, Meta(examples=[2026])]
    mes: Annotated[int, Meta(ge=1, le=12, examples=[1])]
    periodo: Annotated[str, Meta(examples=["2026-01"])]
    periodo_texto: Annotated[str, Meta(description="Todo lo que abarca.", examples=["enero de 2026"])]
    periodicidad: Annotated[str, Meta(description="mensual, bimestral, trimestral o anual.", examples=["mensual"])]
    regimenes: Annotated[list[str], Meta(examples=[["601"]])]
    limite: Annotated[date, Meta(examples=["2026-02-18"])]
    fundamento: Annotated[str, Meta(examples=["LIVA 5-D"])]
    estado: EstadoObligacion
    aviso: date | None
    prevista: bool
    por_persona: bool
    presentada_en: date | None
    nota: str

    @classmethod
    def of(cls, v: Vencimiento) -> Self:
        clave = v.clave
        return cls(
            ident_de(clave),
            clave.obligacion,
            v.nombre,
            clave.periodo.anio,
            clave.periodo.mes,
            str(clave.periodo),
            del_periodo(v),
            v.periodicidad.name.lower(),
            list(v.regimenes),
            v.limite,
            v.fundamento,
            v.estado,
            v.aviso,
            v.prevista,
            v.por_persona,
            v.presentada_en,
            v.nota,
        )


class CalendarioOut(Struct, rename="camel"):
    """Lo que vence de un día a otro, por fecha."""

    desde: Annotated[date, Meta(examples=["2026-01-01"])]
    hasta: Annotated[date, Meta(examples=["2026-12-31"])]
    obligaciones: list[ObligacionOut]


class ObligacionPatch(Struct, rename="camel", forbid_unknown_fields=True):
    """`pendiente` la abre otra vez: queda pendiente o vencida según la fecha."""

    estado: EstadoObligacion
    presentada_en: Annotated[date, Meta(description="Hoy si no se dice.", examples=["2026-02-17"])] | None = None
    nota: Annotated[str, Meta(max_length=500)] = ""

    def as_marca(self) -> Marca:
        return Marca(self.estado, self.presentada_en, self.nota)


class FeedOut(Struct, rename="camel"):
    """La liga para suscribirse desde cualquier calendario. Solo se muestra esta vez; quien la tiene lo ve todo."""

    url: Annotated[str, Meta(examples=["https://horux360.example/api/calendario/Zm9ybWE.ics"])]
