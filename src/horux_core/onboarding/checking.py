"""Whether what the operator filled in can be a client."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from horux_core.billing.model import Frequency
from horux_core.billing.pricing import MOST, payable
from horux_core.identity.addresses import email_address
from horux_core.identity.naming import nombre_of_person
from horux_core.kernel.importe import CERO
from horux_core.kernel.rfc import Rfc
from horux_core.onboarding.errors import AmountInvalid, FrequencyUnknown, RegimenUnknown
from horux_core.onboarding.model import Advertencia, NewClient
from horux_core.plans.model import Plan
from horux_core.tenancy.errors import GenericRfc
from horux_core.tenancy.model import nombre_of, plan_of
from horux_core.tenancy.regimenes import CLAVES, corresponde, nombre_de_regimen

DIGITO_NO_COINCIDE = "digito_no_coincide"
REGIMEN_NO_CORRESPONDE = "regimen_no_corresponde"
SIN_LIGA_DE_PAGO = "sin_liga_de_pago"


@dataclass(frozen=True, slots=True)
class Alta:
    """A client that may be taken in. `amount` is 0 when there is no price; `listed` when it is the plan's."""

    rfc: Rfc
    nombre: str
    plan: Plan
    regimenes: tuple[str, ...]
    admin_email: str
    admin_nombre: str
    payer_email: str | None
    amount: Decimal
    listed: bool
    frequency: Frequency
    advertencias: tuple[Advertencia, ...]


def checked(client: NewClient, price: Callable[[Plan, Frequency], Decimal | None]) -> Alta:
    """`price` says what a plan costs, where no amount was given.

    Raises RfcMalformed, GenericRfc, NombreInvalid, NombreMalformed, PlanUnknown, RegimenUnknown, EmailMalformed,
    AmountInvalid or FrequencyUnknown.
    """
    rfc = Rfc(client.rfc)
    if rfc.generico:
        raise GenericRfc(f"{rfc} es un RFC genérico y no puede ser cliente. Escribe el RFC del contribuyente.")
    regimenes = _regimenes(client.regimenes)
    payer = None if client.payer_email is None else email_address(client.payer_email)
    plan, frequency = plan_of(client.plan), _frecuencia(client.frequency)
    amount = _monto(price(plan, frequency) if client.amount is None else client.amount)
    return Alta(
        rfc,
        nombre_of(client.nombre),
        plan,
        regimenes,
        email_address(client.admin_email),
        nombre_of_person(nombre_of(client.admin_nombre)),
        payer,
        amount,
        client.amount is None,
        frequency,
        (*_del_digito(rfc), *_de_regimenes(rfc, regimenes), *_de_la_liga(amount, payer)),
    )


def _regimenes(claves: tuple[str, ...]) -> tuple[str, ...]:
    for clave in claves:
        if clave not in CLAVES:
            raise RegimenUnknown("Ese régimen fiscal no está en el catálogo del SAT. Usa su clave, por ejemplo 601.")
    return tuple(dict.fromkeys(claves))


def _monto(monto: Decimal | None) -> Decimal:
    if monto is None:
        return CERO
    if not payable(monto):
        raise AmountInvalid(f"El monto va de 0 a {MOST} pesos, con dos decimales a lo más.")
    return monto.quantize(CERO)


def _frecuencia(texto: str) -> Frequency:
    try:
        return Frequency(texto)
    except ValueError as error:
        raise FrequencyUnknown("La frecuencia es monthly (mensual) o yearly (anual).") from error


def _del_digito(rfc: Rfc) -> tuple[Advertencia, ...]:
    """Of the RFCs in use about 1.5 % fail the check digit: the e.firma is the proof, not the digit."""
    if rfc.digito_coincide:
        return ()
    detalle = f"El dígito verificador de {rfc} no coincide. Compáralo con la constancia de situación fiscal."
    return (Advertencia(DIGITO_NO_COINCIDE, detalle),)


def _de_regimenes(rfc: Rfc, claves: tuple[str, ...]) -> tuple[Advertencia, ...]:
    quien = "moral" if rfc.moral else "física"
    return tuple(
        Advertencia(
            REGIMEN_NO_CORRESPONDE,
            f"El régimen {clave} ({nombre_de_regimen(clave)}) no corresponde a una persona {quien}. Revísalo.",
        )
        for clave in claves
        if not corresponde(clave, rfc.moral)
    )


def _de_la_liga(amount: Decimal, payer: str | None) -> tuple[Advertencia, ...]:
    falta = [*(["el monto"] if amount == 0 else []), *(["el correo de quien paga"] if payer is None else [])]
    if not falta:
        return ()
    detalle = f"No se creó la liga de pago: falta {' y '.join(falta)}. Créala después desde la ficha del cliente."
    return (Advertencia(SIN_LIGA_DE_PAGO, detalle),)
