from datetime import datetime
from typing import Annotated, Self

import msgspec

from horux_core.backups.overseeing import BackupsSeen, Guarded, Kept


class RespaldadoOut(msgspec.Struct, rename="camel"):
    """Una base o la carpeta de e.firmas: qué fue de ella en el último respaldo y cuándo se comprobó por última vez."""

    archivo: Annotated[str, msgspec.Meta(examples=["central"])]
    rfc: str
    estado: Annotated[str, msgspec.Meta(examples=["probado"])]
    probado_en: datetime | None
    respaldo: str | None
    octetos: int
    filas: int
    error: str | None

    @classmethod
    def of(cls, g: Guarded) -> Self:
        file = g.proven or g.last
        return cls(
            g.subject.key, g.subject.rfc, g.standing.value, g.proven.verified_at if g.proven else None,
            g.run.id if g.run else None, file.octets if file else 0, file.rows if file else 0,
            g.last.error if g.last else None,
        )  # fmt: skip


class RespaldoOut(msgspec.Struct, rename="camel"):
    """Un respaldo entero; `seGuardaPor` es diario, semanal o ultimo, o nada si sus archivos ya no están."""

    id: str
    empezo: datetime
    estado: Annotated[str, msgspec.Meta(examples=["completo"])]
    archivos: int
    probados: int
    octetos: int
    se_guarda_por: str | None

    @classmethod
    def of(cls, k: Kept) -> Self:
        r = k.run
        stays = k.stays.value if k.stays else None
        return cls(r.id, r.started_at, r.state.value, len(r.files), k.proven, r.octets, stays)


class RespaldosOut(msgspec.Struct, rename="camel"):
    """Si todo se podría restaurar ahora: bien, sin_llave, ninguno, fallas, atrasado o perdido."""

    veredicto: Annotated[str, msgspec.Meta(examples=["bien"])]
    con_llave: bool
    comprobado_en: datetime | None
    total: int
    con_falla: int
    items: list[RespaldadoOut]
    next_cursor: str | None
    respaldos: list[RespaldoOut]

    @classmethod
    def of(cls, s: BackupsSeen) -> Self:
        items = [RespaldadoOut.of(one) for one in s.page.items]
        runs = [RespaldoOut.of(one) for one in s.runs]
        return cls(
            s.outlook.value, s.sealed, s.verified_at, s.total, s.faulty, items, s.page.next_cursor, runs
        )  # fmt: skip
