"""What the operator's panel calls things, in Spanish."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import InvalidOperation

from horux_core.audit.model import Entry
from horux_core.billing.model import Flaw, Frequency, Payment, PaymentStatus, Subscription, SubscriptionStatus
from horux_core.billing.notices import NoticeState
from horux_core.fiel.model import EstadoFiel
from horux_core.jobs.model import JobState
from horux_core.notifications.model import MailState
from horux_core.notifications.rejections import in_spanish
from horux_core.onboarding.model import Step
from horux_core.operations.cutting import ClientRow, Cut
from horux_http.browser.formats import fecha, importe

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)")

Tag = tuple[str, str]
"""A word and how it is marked: ok, warn, bad, off or nothing."""

STANDINGS: Mapping[Cut, str] = {
    Cut.AL_CORRIENTE: "Al corriente",
    Cut.PENDIENTE: "Pendientes",
    Cut.VENCIDO: "Vencidos",
    Cut.CANCELADO: "Cancelados",
}
CUTS: Mapping[Cut, str] = {
    Cut.ACTIVO: "Activos",
    Cut.NUEVO: "Nuevos este mes",
    Cut.EFIRMA: "e.firma vencida o por vencer",
    Cut.ATENCION: "Piden atención",
}
"""Those that a figure leads to, and no tab."""

STEPS: Mapping[Step, str] = {
    Step.REGISTRO: "Registrar el cliente",
    Step.BASE: "Crear su base de datos y sus tablas",
    Step.USUARIO: "Crear al dueño de la cuenta",
    Step.SUSCRIPCION: "Abrir su suscripción",
    Step.LIGA: "Generar la liga de pago",
    Step.BIENVENIDA: "Preparar el correo de bienvenida",
    Step.COBRO: "Cerrar la empresa y cancelar su cobro",
    Step.FIEL: "Destruir la e.firma",
    Step.ACCESOS: "Revocar los accesos",
    Step.RETIRO: "Archivar la base de datos",
}
LETTING_GO: Mapping[Step, tuple[str, str]] = {
    Step.COBRO: ("Se cierra la empresa y se cancela su cobro", "Nadie suyo entra desde ese momento."),
    Step.FIEL: ("Se destruye su e.firma", "Las dos copias. Queda un comprobante firmado."),
    Step.ACCESOS: ("Se revocan sus accesos", "Sus usuarios pierden esta empresa y se cierran sus sesiones."),
    Step.RETIRO: ("Se archiva su base de datos", "Su RFC queda libre para una alta nueva."),
}
PAYMENTS: Mapping[PaymentStatus, Tag] = {
    PaymentStatus.APPROVED: ("Pagado", "ok"),
    PaymentStatus.PENDING: ("En proceso", ""),
    PaymentStatus.REJECTED: ("Rechazado", "bad"),
    PaymentStatus.REFUNDED: ("Devuelto", "off"),
    PaymentStatus.DISPUTED: ("En disputa", "bad"),
}
METHODS = {
    "transferencia": "Transferencia", "credit_card": "Tarjeta de crédito", "debit_card": "Tarjeta de débito",
}  # fmt: skip
FLAWS: Mapping[Flaw, str] = {
    Flaw.AMOUNT: "No es el monto de su suscripción",
    Flaw.CURRENCY: "Es de otra moneda",
    Flaw.COLLECTOR: "Lo cobró otra cuenta",
}
NOTICES: Mapping[NoticeState, Tag] = {
    NoticeState.PENDIENTE: ("En espera", ""),
    NoticeState.PROCESADO: ("Atendido", "ok"),
    NoticeState.SIN_DUENO: ("Sin dueño", "warn"),
    NoticeState.MUERTO: ("Con error", "bad"),
    NoticeState.IGNORADO: ("Ignorado", "off"),
    NoticeState.RECHAZADO: ("Rechazado", "bad"),
}
MAILS: Mapping[MailState, Tag] = {
    MailState.PENDIENTE: ("En espera", ""),
    MailState.ENVIADO: ("Enviado", "ok"),
    MailState.MUERTO: ("No salió", "bad"),
    MailState.DESCARTADO: ("Ya no hizo falta", "off"),
}
JOBS: Mapping[JobState, Tag] = {
    JobState.EN_COLA: ("En espera", ""),
    JobState.PROCESANDO: ("En curso", "warn"),
    JobState.TERMINADO: ("Terminado", "ok"),
    JobState.FALLIDO: ("Falló", "bad"),
}
JOB_KINDS = {
    "carga": "Carga de CFDI",
    "recalculo": "Recálculo de impuestos",
    "paquete-sat": "Paquete del SAT",
    "alertas": "Revisión de alertas",
}
SUBJECTS = {
    "Welcome": "Bienvenido a Horux360",
    "Joined": "Bienvenido a Horux360",
    "Invited": "Te invitaron a Horux360",
    "ResetPassword": "Restablece tu contraseña",
    "FielUploaded": "Se subió una e.firma",
    "FielExpiring": "e.firma por vencer",
    "FielHealed": "Una copia de la e.firma se reparó",
    "FielTrouble": "Falla en la bóveda de e.firmas",
    "PaymentReceived": "Confirmación de pago",
    "PaymentFailed": "Problema con tu pago",
    "SubscriptionExpiring": "Tu suscripción vence en 5 días",
    "SubscriptionCancelled": "Suscripción cancelada",
    "PaymentLinkSent": "Liga de pago de tu suscripción",
    "BankDetails": "Datos para pagar por transferencia",
    "ObligationsReminder": "Obligaciones fiscales por atender",
    "PaqueteRechazado": "Paquete del SAT rechazado",
    "BackupTrouble": "El respaldo necesita atención",
}
VERDICTS = {
    "ok": "Firma válida",
    "ok_but_unbound": "Firma válida, sin número",
    "missing_header": "Sin firma",
    "malformed_header": "Firma ilegible",
    "ambiguous_header": "Dos firmas distintas",
    "ambiguous_query": "Dirección ambigua",
    "signature_mismatch": "La firma no coincide",
    "stale": "Firma de otro momento",
    "id_conflict": "El número no coincide",
    "not_configured": "Falta la clave de firmas",
}
TOPICS = {"agreement": "Suscripción", "charge": "Cargo", "payment": "Pago", "plan": "Plan"}
WHYS = {
    "sin-suscripcion": "No es de ninguna suscripción conocida",
    "de-dos-suscripciones": "Corresponde a dos suscripciones",
    "pago-de-otra-empresa": "El pago ya es de otra empresa",
    "pago-sin-periodo": "No se sabe qué periodo paga",
    "pago-refunded": "Se devolvió después de contar",
    "pago-disputed": "El banco lo disputa",
    "monto-distinto": "No es el monto de su suscripción",
    "otra-moneda": "Es de otra moneda",
    "otro-cobrador": "Lo cobró otra cuenta",
    "acuerdo-por-otro-monto": "El acuerdo es por otro monto",
    "dos-acuerdos-vigentes": "Hay dos acuerdos que cobran a la vez",
    "acuerdo-vigente-de-suscripcion-cancelada": "Sigue cobrando una suscripción cancelada",
    "plan-a-otro-precio": "Cambió de plan y su acuerdo cobra otro precio",
}
DEEDS = {
    "empresa-alta": "Alta de cliente",
    "empresa-cambio": "Cambio de plan o límites",
    "empresa-baja": "Baja de cliente",
    "empresa-mudanza": "Cambio de servidor de sus datos",
    "vista": "Entró a ver como cliente",
    "escritura": "Cambió algo como cliente",
    "liga-de-pago": "Generó la liga de pago",
    "pago-a-mano": "Marcó como pagado",
    "plan-precios": "Cambió precios",
    "aviso-reintentado": "Reintentó un webhook",
    "trabajo-reintentado": "Reintentó un trabajo",
    "correo-reintentado": "Reintentó un correo",
    "lista-69b-cargada": "Cargó la lista 69-B",
    "llave-creada": "Creó una llave de la API",
    "llave-revocada": "Revocó una llave de la API",
    "escritura-con-llave": "Cambió algo con una llave de la API",
    "usuario-invitado": "Invitó a un usuario",
    "usuario-retirado": "Retiró a un usuario",
    "fiel-subida": "Subió su e.firma",
    "fiel-abierta": "Abrió la e.firma",
    "fiel-destruida": "Destruyó la e.firma",
    "fiel-libro-aceptado": "Aceptó el libro de uso",
    "cfdi-corregido": "Corrigió un CFDI",
    "cfdi-cancelados-por-sat": "El SAT canceló CFDI",
    "configuracion-fiscal": "Cambió sus datos fiscales",
    "declaracion-anotada": "Anotó una declaración",
    "obligacion-marcada": "Marcó una obligación",
    "calendario-publicado": "Publicó su calendario",
    "calendario-retirado": "Retiró su calendario",
    "alerta-marcada": "Marcó una alerta",
    "estado-cuenta-cargado": "Cargó un estado de cuenta",
    "conciliacion-aceptar": "Aceptó una conciliación",
    "conciliacion-rechazar": "Rechazó una conciliación",
    "conciliacion-deshacer": "Deshizo una conciliación",
    "restauracion-empezada": "Empezó a restaurar un respaldo de los libros",
    "segundo-factor-puesto": "Registró su segundo factor",
    "segundo-factor-quitado": "Quitó un segundo factor",
    "codigos-renovados": "Renovó sus códigos de recuperación",
    "servidor-alta": "Agregó un servidor de bases",
    "servidor-cambio": "Abrió o cerró un servidor a clientes nuevos",
    "servidor-baja": "Quitó un servidor de bases",
    "operador-alta": "Dio de alta a alguien del operador",
    "operador-baja": "Dio de baja a alguien del operador",
    "operador-vuelta": "Dejó entrar otra vez a alguien del operador",
    "operador-sesiones-cerradas": "Cerró las sesiones de alguien del operador",
    "respaldo-restaurado": "Restauró un respaldo de los libros",
}
DETAILS = {
    "rfc": "RFC", "plan": "plan", "nombre": "nombre", "cfdiLimit": "límite de CFDI", "usersLimit": "límite de usuarios",
    "monto": "monto", "fecha": "fecha", "referencia": "referencia", "frecuencia": "frecuencia", "pagador": "paga",
    "monthly": "mensual", "yearly": "anual", "email": "correo", "role": "rol", "al_dia": "al día",
    "contribuyentes": "contribuyentes", "numeroCertificado": "certificado", "anio": "año", "periodo": "mes",
    "presentada_en": "presentada el", "saldo_solicitado": "saldo solicitado", "estado": "estado",
    "coeficiente_utilidad": "coeficiente de utilidad", "fechaCancelacion": "cancelado el",
    "scopes": "permisos", "trabajo": "trabajo", "expira": "vence el", "renglones": "movimientos", "codigo": "alerta",
}  # fmt: skip
_MONEY = frozenset({"monto", "monthly", "yearly", "saldo_solicitado"})
_OF_NO_USE = frozenset({"sello"})
WRONG_DEEDS = frozenset({"empresa-baja", "fiel-destruida", "usuario-retirado", "llave-revocada", "operador-baja"})
ROLES = {"owner": "Dueño", "contador": "Contador", "visor": "Solo consulta"}
FREQUENCIES = {Frequency.MONTHLY: "Cada mes", Frequency.YEARLY: "Cada año"}
EVERY = {Frequency.MONTHLY: "al mes", Frequency.YEARLY: "al año"}
FIELS: Mapping[EstadoFiel, Tag] = {
    EstadoFiel.VIGENTE: ("Vigente", "ok"),
    EstadoFiel.POR_VENCER: ("Por vencer", "warn"),
    EstadoFiel.VENCIDA: ("Vencida", "bad"),
}


def standing(row: ClientRow) -> Tag:
    """A client's state in a word: what its subscription is, or that its charge is late."""
    s = row.client.subscription
    if s is None:
        return "Sin suscripción", ""
    if row.overdue:
        return late(s), "bad"
    return {
        SubscriptionStatus.PENDING: ("Pendiente", ""),
        SubscriptionStatus.AUTHORIZED: ("Al corriente", "ok"),
        SubscriptionStatus.PAUSED: ("Pausada", "warn"),
        SubscriptionStatus.CANCELLED: ("Cancelada", "off"),
    }[s.status]


def late(s: Subscription) -> str:
    """Of a period that ended unpaid: a charge of the provider's, or a payment that somebody has to make."""
    return "Cobro vencido" if s.charges_itself else "Pago vencido"


def method(text: str) -> str:
    """How a payment came; what the provider calls otherwise, in its own words."""
    return METHODS.get(text, text.replace("_", " ").capitalize())


def why(payment: Payment) -> str:
    """Why it was rejected, where the provider said; nothing for any other."""
    return (in_spanish(payment.detail) or "") if payment.status is PaymentStatus.REJECTED else ""


def told(entry: Entry) -> list[str]:
    """What a deed says of itself, a word and its value each, as a reader has them."""
    return [
        f"{DETAILS.get(name, name.replace('_', ' '))} {_legible(name, value)}"
        for name, value in entry.detail.items()
        if value and name not in _OF_NO_USE
    ]


def _legible(name: str, value: str) -> str:
    try:
        if name in _MONEY:
            return importe(value)
        return fecha(datetime.fromisoformat(value)) if _DAY.match(value) else value
    except (ValueError, InvalidOperation):
        return value
