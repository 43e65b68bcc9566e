"""The kinds of alert: what each is, its law and what to do (alertas.json). Those here can be decided by stored data.

DECLARADO_CAMBIADO is not in that list: a return that was filed closes its month, and any later change is told (SPEC 3).
"""

from horux_core.fiscal.alertas.catalogo_cfdi import DE_CFDI
from horux_core.fiscal.alertas.model import Definicion, Lado, Severidad

_BAJA, _MEDIA, _ALTA, _CRITICA = ((s,) for s in Severidad)
_CRECIENTE = (Severidad.MEDIA, Severidad.ALTA, Severidad.CRITICA)
_AMBOS, _EMITIDO, _RECIBIDO = Lado.AMBOS, Lado.EMITIDO, Lado.RECIBIDO

DE_COBRANZA: tuple[Definicion, ...] = (
    Definicion(
        "PPD_SIN_REP",
        "PPD cobrada sin complemento de pago",
        _ALTA,
        "día 5 natural del mes siguiente al FechaPago",
        "RMF 2.7.1.32",
        _EMITIDO,
        "Emite el complemento de pago por lo que se cobró y súbelo.",
    ),
    Definicion(
        "REP_NO_RECIBIDO",
        "Pago hecho y proveedor no envió complemento",
        _ALTA,
        "antes de la declaración de IVA del mes del pago",
        "LIVA 5-II; RMF 2.7.1.32",
        _RECIBIDO,
        "Pide al proveedor el complemento de pago: sin él no se acredita el IVA ni se deduce.",
    ),
    Definicion(
        "PPD_VENCIDA",
        "Factura PPD con saldo y antigüedad",
        (Severidad.MEDIA, Severidad.ALTA),
        "sin plazo legal",
        "control interno",
        _AMBOS,
        "Cobra o paga la factura; si ya se pagó, sube su complemento.",
    ),
    Definicion(
        "PUE_NO_PAGADA",
        "PUE emitida sin cobro en el mes",
        _MEDIA,
        "último día del mes de emisión; si no, sustituir por PPD",
        "RMF 2026 2.7.1.39 (opción PUE; 2.7.1.44 en 2019)",
        _EMITIDO,
        "Concilia su cobro con el banco; si no se cobró en el mes, cancélala y sustitúyela por una PPD.",
    ),
)

DEL_CONTRIBUYENTE: tuple[Definicion, ...] = (
    Definicion(
        "DECLARADO_CAMBIADO",
        "Mes declarado cuyas cifras cambiaron",
        _ALTA,
        "complementaria",
        "CFF 32",
        _AMBOS,
        "Revisa qué CFDI del mes, o de uno anterior, llegaron o cambiaron después; presenta la complementaria y "
        "regístrala aquí.",
    ),
    Definicion(
        "SIN_NOMINA",
        "Falta nómina del periodo",
        _MEDIA,
        "día 17 del mes siguiente",
        "LISR 99-III",
        _EMITIDO,
        "Sube los CFDI de nómina del mes o tímbralos; si ya no hay trabajadores, atiende esta alerta.",
    ),
    Definicion(
        "NOMINA_ISR_CERO",
        "Nómina sin ISR ni subsidio",
        _BAJA,
        "revisión",
        "LISR 96",
        _EMITIDO,
        "Revisa el cálculo de la retención del trabajador y, si falta, ajústala en la nómina siguiente.",
    ),
    Definicion(
        "FIEL_POR_VENCER",
        "e.firma por vencer",
        _CRECIENTE,
        "not_after",
        "CFF 17-D",
        _AMBOS,
        "Renueva la e.firma en el portal del SAT antes de que venza y sube la nueva.",
    ),
    Definicion(
        "FIEL_VENCIDA",
        "e.firma vencida",
        _CRITICA,
        "renovación",
        "CFF 17-D",
        _AMBOS,
        "Renueva la e.firma y sube la nueva: sin ella no se puede descargar del SAT.",
    ),
    Definicion(
        "SALDO_FAVOR_IVA",
        "Saldo a favor de IVA acumulado",
        _BAJA,
        "5 años para devolución",
        "LIVA 6; CFF 22",
        _AMBOS,
        "Valora pedir la devolución del saldo o seguir acreditándolo.",
    ),
    Definicion(
        "OBLIGACION_PROXIMA",
        "Obligación por vencer",
        (Severidad.MEDIA, Severidad.ALTA),
        "fecha_limite",
        "calendario",
        _AMBOS,
        "Preséntala y márcala como presentada en el calendario.",
    ),
    Definicion(
        "OBLIGACION_VENCIDA",
        "Obligación vencida",
        _CRITICA,
        "recargos 2.07% mensual en 2026",
        "CFF 21; RMF 2026 2.1.20",
        _AMBOS,
        "Preséntala cuanto antes, con actualización y recargos si hay pago; si ya se presentó, márcala en el "
        "calendario.",
    ),
    Definicion(
        "LIMITE_RESICO_PF",
        "Cerca del tope RESICO PF",
        _CRECIENTE,
        "al rebasar",
        "LISR 113-E",
        _AMBOS,
        "Prevé el cambio de régimen: quien rebasa el tope deja de tributar en RESICO.",
    ),
    Definicion(
        "LIMITE_RESICO_PM",
        "Cerca del tope RESICO PM",
        _CRECIENTE,
        "ejercicio siguiente",
        "LISR 206",
        _AMBOS,
        "Prevé el cambio al régimen general en el ejercicio siguiente.",
    ),
    Definicion(
        "LIMITE_PLAN",
        "Cerca del límite del plan",
        _CRECIENTE,
        "producto",
        "producto",
        _AMBOS,
        "Cambia a un plan mayor en Mi suscripción, o libera lo que ya no uses.",
    ),
)

CATALOGO: dict[str, Definicion] = {d.codigo: d for d in (*DE_COBRANZA, *DE_CFDI, *DEL_CONTRIBUYENTE)}
