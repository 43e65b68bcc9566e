from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import Meta, Struct

from horux_core.fiel import receipts
from horux_core.fiel.model import FielStatus, Receipt, Use
from horux_core.fiel.showing import ShownReceipt
from horux_core.kernel.pages import Page
from horux_http.identity.wire import RfcOut

Numero = Annotated[str, Meta(description="El del certificado.", examples=["30001000000500003416"])]
Huella = Annotated[str, Meta(description="SHA-256 en hexadecimal.")]


class FielAdvertenciaOut(Struct, rename="camel"):
    codigo: Annotated[str, Meta(examples=["por-vencer"])]
    detalle: str


class FielOut(Struct, rename="camel"):
    """Cómo está la e.firma. De la llave y la contraseña no se muestra nada."""

    rfc: RfcOut
    nombre: Annotated[str, Meta(examples=["CASCABEL Y ASOCIADOS SA DE CV"])]
    rfc_representante: Annotated[str, Meta(description="De una moral.", examples=["VADA800927DJ3"])] | None
    numero_certificado: Numero
    valido_desde: datetime
    valido_hasta: datetime
    dias_restantes: Annotated[int, Meta(description="Días fiscales; 0 cuando ya venció.", examples=[412])]
    estado: Annotated[
        str,
        Meta(
            description="vigente_sin_ocsp: vigente por sus fechas, sin saber si fue revocada; por_vencer; vencida.",
            examples=["vigente_sin_ocsp"],
        ),
    ]
    cadena: Annotated[
        str, Meta(description="revisada: la firma una autoridad del SAT; no_revisada.", examples=["no_revisada"])
    ]
    subida_en: datetime
    advertencias: list[FielAdvertenciaOut]

    @classmethod
    def of(cls, status: FielStatus) -> Self:
        c = status.certificado
        told = [FielAdvertenciaOut(each.codigo, each.detalle) for each in status.advertencias]
        return cls(
            c.rfc, c.nombre, c.rfc_representante, c.numero, c.valido_desde, c.valido_hasta, status.dias_restantes,
            status.estado.value, c.cadena.value, status.subida_en, told,
        )  # fmt: skip


class UsoOut(Struct, rename="camel"):
    """Un asiento del libro de uso. Cada huella cubre el asiento y la huella del anterior."""

    numero: int
    en: datetime
    tipo: Annotated[
        str,
        Meta(description="alta, reemplazo, uso, rotacion, curacion, destruccion o aceptacion.", examples=["uso"]),
    ]
    quien: Annotated[str, Meta(examples=["ana@cascabel.mx"])]
    usuario_id: UUID | None
    motivo: Annotated[str, Meta(examples=["Descarga de CFDI del SAT"])]
    componentes: Annotated[
        list[str], Meta(description="certificate, private_key, password y metadata.", examples=[["private_key"]])
    ]
    origen: Annotated[str, Meta(description="La solicitud o la orden que lo pidió.")]
    sello_id: UUID
    huella_anterior: Huella
    huella: Huella

    @classmethod
    def of(cls, u: Use) -> Self:
        return cls(
            u.seq, u.at, u.kind.value, u.who_name, u.who, u.reason, [each.value for each in u.components], u.origin,
            u.seal_id, u.previous_hash, u.hash,
        )  # fmt: skip


class UsosOut(Struct, rename="camel"):
    items: list[UsoOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Use]) -> Self:
        return cls([UsoOut.of(use) for use in page.items], page.next_cursor)


class DestruccionOut(Struct, rename="camel"):
    """Lo que se firma: este objeto en JSON, sin blancos, sus miembros en orden alfabético y en ASCII."""

    sello_id: str
    asiento: Annotated[
        str, Meta(description="El de su libro de uso: los sellos anteriores ya no se abren.", examples=["12"])
    ]
    empresa_id: str
    rfc: RfcOut
    numero_certificado: Numero
    destruida_en: str
    destruida_por: str
    motivo: str


class FirmaOut(Struct, rename="camel"):
    """Ed25519, en hexadecimal."""

    llave_publica: str
    valor: str
    version_llave: str


class ReciboOut(Struct, rename="camel"):
    """Constancia firmada de que una e.firma se destruyó: no queda ninguna copia."""

    recibo: DestruccionOut
    firma: FirmaOut
    comprobado: Annotated[
        bool,
        Meta(description="Si la firma es de esta bóveda, con una llave que aún tiene; si no, no lo des por bueno."),
    ]

    @classmethod
    def of(cls, receipt: Receipt, proven: bool) -> Self:
        told, proof = receipts.signed_text(receipt.destruction), receipts.signature_text(receipt.signature)
        return cls(
            DestruccionOut(
                told["selloId"], told["asiento"], told["empresaId"], told["rfc"], told["numeroCertificado"],
                told["destruidaEn"], told["destruidaPor"], told["motivo"],
            ),
            FirmaOut(proof["llavePublica"], proof["valor"], proof["versionLlave"]),
            proven,
        )  # fmt: skip


class RecibosOut(Struct, rename="camel"):
    items: list[ReciboOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[ShownReceipt]) -> Self:
        return cls([ReciboOut.of(shown.receipt, shown.proven) for shown in page.items], page.next_cursor)
