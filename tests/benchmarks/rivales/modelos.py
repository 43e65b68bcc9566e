"""What goes in and out of the routes on FastAPI."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Advertencia(BaseModel):
    codigo: str
    detalle: str


class Cfdi(BaseModel):
    uuid: str
    version: str
    tipo: str
    serie: str | None
    folio: str | None
    fechaEmision: datetime
    fechaTimbrado: datetime | None
    rfcEmisor: str
    nombreEmisor: str | None
    rfcReceptor: str
    nombreReceptor: str | None
    usoCfdi: str | None
    metodoPago: str | None
    formaPago: str | None
    moneda: str
    tipoCambio: str | None
    subtotal: str
    descuento: str
    total: str
    totalMxn: str | None
    ivaTrasladado: str
    ivaRetenido: str
    isrRetenido: str
    ieps: str
    direccion: str
    estado: str
    advertencias: list[Advertencia]


class Pagina(BaseModel):
    items: list[Cfdi]
    nextCursor: str | None


class Impuesto(BaseModel):
    clase: str
    ambito: str
    impuesto: str
    factor: str | None
    tasa: str | None
    base: str | None
    importe: str


class Docto(BaseModel):
    idDocumento: str
    monedaDr: str
    equivalencia: str
    numParcialidad: int | None
    impSaldoAnt: str | None
    impPagado: str
    impSaldoInsoluto: str | None
    objetoImpDr: str | None


class Pago(BaseModel):
    fechaPago: datetime
    formaPagoP: str
    monedaP: str
    tipoCambioP: str | None
    monto: str
    numOperacion: str | None
    doctos: list[Docto]


class Relacion(BaseModel):
    tipoRelacion: str
    uuid: str


class Detalle(Cfdi):
    impuestos: list[Impuesto]
    pagos: list[Pago]
    relaciones: list[Relacion]
    saldo: str
    fechaCancelacion: datetime | None
    destinoIva: str | None
    acreditablePct: str | None
    tipoCambioCapturado: str | None
    fechaPagoReal: date | None


class Mes(BaseModel):
    anio: int
    mes: int
    ivaTrasladado: str
    ivaRetenido: str
    ivaAcreditable: str
    ivaNoAcreditable: str
    factor: str
    resultado: str
    saldoAFavorAplicado: str
    saldoAFavor: str
    aPagar: str
    aPagarPesos: str
    base16: str
    iva16: str
    base8: str
    iva8: str
    base0: str
    baseExento: str
    baseNoObjeto: str
    advertencias: list[Advertencia]


class Anio(BaseModel):
    anio: int
    meses: list[Mes]


class Renglon(BaseModel):
    uuid: str
    fecha: date
    importe: str
    regla: str
    articulo: str


class Figura(BaseModel):
    figura: str
    total: str
    documentos: list[Renglon]


class Obligacion(BaseModel):
    id: str
    obligacion: str
    nombre: str
    anio: int
    mes: int
    periodo: str
    periodoTexto: str
    periodicidad: str
    regimenes: list[str]
    limite: date
    fundamento: str
    estado: str
    aviso: date | None
    prevista: bool
    porPersona: bool
    presentadaEn: date | None
    nota: str


class ObligacionPatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    estado: Literal["pendiente", "presentada", "no_aplica"]
    presentadaEn: date | None = None
    nota: str = Field("", max_length=500)
