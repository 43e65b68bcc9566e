from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec

from horux_core.identity.issuing_keys import IssuedKey, WantedKey
from horux_core.identity.keys import ApiKey
from horux_http.identity.wire import Email, Sent, Short

Nombre = Annotated[str, msgspec.Meta(examples=["Punto de venta"])]
Scopes = Annotated[
    list[str], msgspec.Meta(description="cfdi:read, cfdi:write, reportes:read.", examples=[["cfdi:write"]])
]
Prefijo = Annotated[
    str, msgspec.Meta(description="Cómo empieza la llave, para reconocerla.", examples=["hxk_k7Qw2mXa"])
]


class NewKey(Sent):
    """Qué llave se pide. Sin `expiraEn` no vence; con él, a lo más en dos años."""

    nombre: Annotated[Short, msgspec.Meta(examples=["Punto de venta"])]
    scopes: Annotated[list[Short], msgspec.Meta(max_length=10, examples=[["cfdi:write"]])]
    expira_en: datetime | None = None

    def as_wanted(self) -> WantedKey:
        return WantedKey(self.nombre, tuple(self.scopes), self.expira_en)


class MakerOut(msgspec.Struct, rename="camel"):
    """Quién creó la llave. Si ya no pertenece a la empresa, la llave sigue siendo de esta."""

    email: Email
    pertenece: bool


class KeyOut(msgspec.Struct, rename="camel"):
    """Una llave de API, sin su secreto."""

    id: UUID
    nombre: Nombre
    prefijo: Prefijo
    scopes: Scopes
    creada_por: MakerOut
    creada_en: datetime
    expira_en: datetime | None
    ultimo_uso: Annotated[datetime | None, msgspec.Meta(description="Con un minuto de precisión.")]

    @classmethod
    def of(cls, key: ApiKey, maker_belongs: bool) -> Self:
        k = key
        maker = MakerOut(k.created_by_email, maker_belongs)
        scopes = sorted(scope.value for scope in k.scopes)
        return cls(k.id, k.nombre, k.prefix, scopes, maker, k.created_at, k.expires_at, k.last_used_at)


class NewKeyOut(msgspec.Struct, rename="camel"):
    """Una llave nueva. Guarda `secreto` ahora: no se vuelve a mostrar."""

    llave: KeyOut
    secreto: Annotated[
        str,
        msgspec.Meta(
            description="Va en `Authorization: Bearer`.",
            examples=["hxk_k7Qw2mXaEXEMPLOq8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw0a1b2"],
        ),
    ]

    @classmethod
    def of(cls, issued: IssuedKey) -> Self:
        # Who makes one need not belong: the operator may look into a client.
        return cls(KeyOut.of(issued.key, maker_belongs=True), issued.secret)

    def __repr__(self) -> str:
        return f"NewKeyOut({self.llave.prefijo}…)"


class KeysOut(msgspec.Struct, rename="camel"):
    items: list[KeyOut]
    next_cursor: str | None = None
