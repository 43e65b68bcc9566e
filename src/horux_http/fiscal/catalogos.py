"""What the keys of a CFDI mean, in the words of the SAT's catalogues."""

from horux_core.fiscal.cfdi.model import Tipo
from horux_core.fiscal.reportes.nombrando import nombre as nombre
from horux_core.tenancy.regimenes import NOMBRES

TIPOS = {
    Tipo.INGRESO: "Ingreso", Tipo.EGRESO: "Egreso", Tipo.PAGO: "Pago", Tipo.NOMINA: "Nómina",
    Tipo.TRASLADO: "Traslado", Tipo.RETENCIONES: "Retenciones",
}  # fmt: skip
DOCUMENTOS = {
    Tipo.INGRESO: "Factura", Tipo.EGRESO: "Nota de crédito", Tipo.PAGO: "Complemento de pago", Tipo.NOMINA: "Nómina",
    Tipo.TRASLADO: "Traslado", Tipo.RETENCIONES: "Retenciones",
}  # fmt: skip
REGIMENES = NOMBRES
USOS = {
    "G01": "Adquisición de mercancías", "G02": "Devoluciones, descuentos o bonificaciones",
    "G03": "Gastos en general", "I01": "Construcciones", "I02": "Mobiliario y equipo de oficina",
    "I03": "Equipo de transporte", "I04": "Equipo de cómputo", "I05": "Dados, troqueles y herramental",
    "I06": "Comunicaciones telefónicas", "I07": "Comunicaciones satelitales", "I08": "Otra maquinaria y equipo",
    "D01": "Honorarios médicos", "D02": "Gastos médicos por incapacidad", "D03": "Gastos funerales", "D04": "Donativos",
    "D05": "Intereses por créditos hipotecarios", "D06": "Aportaciones voluntarias al SAR",
    "D07": "Primas por seguros de gastos médicos", "D08": "Transportación escolar obligatoria",
    "D09": "Depósitos para el ahorro", "D10": "Servicios educativos", "S01": "Sin efectos fiscales", "CP01": "Pagos",
    "CN01": "Nómina", "P01": "Por definir",
}  # fmt: skip
FORMAS = {
    "01": "Efectivo", "02": "Cheque nominativo", "03": "Transferencia", "04": "Tarjeta de crédito",
    "05": "Monedero electrónico", "06": "Dinero electrónico", "08": "Vales de despensa", "12": "Dación en pago",
    "13": "Subrogación", "14": "Consignación", "15": "Condonación", "17": "Compensación", "23": "Novación",
    "24": "Confusión", "25": "Remisión de deuda", "26": "Prescripción o caducidad",
    "27": "A satisfacción del acreedor", "28": "Tarjeta de débito", "29": "Tarjeta de servicios",
    "30": "Aplicación de anticipos", "31": "Intermediario pagos", "99": "Por definir",
}  # fmt: skip
RELACIONES = {
    "01": "Nota de crédito", "02": "Nota de débito", "03": "Devolución", "04": "Sustitución",
    "05": "Traslado facturado antes", "06": "Factura por traslado previo", "07": "Aplicación de anticipo",
    "08": "Factura por pagos en parcialidades", "09": "Factura por pagos diferidos",
}  # fmt: skip
IMPUESTOS = {"001": "ISR", "002": "IVA", "003": "IEPS"}


def con_clave(clave: str | None, catalogo: dict[str, str]) -> str:
    """`G03 Gastos en general`; the key alone when the catalogue lacks it, a dash when there is none."""
    if not clave:
        return "—"
    return f"{clave} {catalogo[clave]}" if clave in catalogo else clave
