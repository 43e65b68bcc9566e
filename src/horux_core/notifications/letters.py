"""What Horux360 writes to people: a kind of letter each, with what it tells and its subject (the design's Section 4).

Money is MXN, tax included; `operator_copy` marks the copy the operator gets of what a client was told.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, get_args

from horux_core.billing.model import Frequency
from horux_core.identity.model import Role
from horux_core.notifications.backup_letters import BackupTrouble
from horux_core.plans.model import Plan

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text without breaks, controls or marks that turn the reading direction: it cannot become another line."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


@dataclass(frozen=True, slots=True)
class Welcome:
    """To the owner of a new client, who has no password yet."""

    subject: ClassVar[str] = "Bienvenido a Horux360"
    nombre: str
    email: str
    empresa: str
    rfc: str
    password: str = field(repr=False)
    login_url: str


@dataclass(frozen=True, slots=True)
class Joined:
    """To the owner of a new client, who uses Horux360 already. `mailed`: with a temporary password it has by mail."""

    subject: ClassVar[str] = "Bienvenido a Horux360"
    nombre: str
    email: str
    empresa: str
    rfc: str
    login_url: str
    mailed: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """To somebody a client's owner lets in. `password` is a temporary one; None for who has a password already.

    `mailed`: that one is a temporary one too, mailed before.
    """

    subject: ClassVar[str] = "Te invitaron a Horux360"
    nombre: str
    email: str
    invited_by: str
    empresa: str
    rfc: str
    role: Role
    password: str | None = field(repr=False)
    login_url: str
    mailed: bool = False


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """To who forgot its password. The address lets its reader choose a new one, once, until `valid_until`."""

    subject: ClassVar[str] = "Restablece tu contraseña - Horux360"
    nombre: str
    email: str
    reset_url: str = field(repr=False)
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class FielUploaded:
    """To the operator's staff. It tells of the certificate and holds nothing of the key."""

    empresa: str
    rfc: str
    serial: str
    valid_until: date
    uploaded_by: str
    uploaded_at: datetime

    @property
    def subject(self) -> str:
        return f"[{one_line(self.empresa)}] subió su FIEL"


@dataclass(frozen=True, slots=True)
class FielExpiring:
    """To the client's owners and the operator. `dias` are left, 0 on the day itself."""

    empresa: str
    rfc: str
    serial: str
    valid_until: date
    dias: int
    login_url: str
    operator_copy: bool = False

    @property
    def subject(self) -> str:
        when = "hoy" if self.dias == 0 else "mañana" if self.dias == 1 else f"en {self.dias} días"
        return f"Tu e.firma vence {when} - Horux360"


@dataclass(frozen=True, slots=True)
class FielHealed:
    """To the operator's staff. `copia` is the one that was damaged: `carpeta`, `base` or `ambas`."""

    empresa: str
    rfc: str
    copia: str
    healed_at: datetime

    @property
    def subject(self) -> str:
        what = "se repararon las copias" if self.copia == "ambas" else "se reparó una copia"
        return f"[{one_line(self.empresa)}] {what} de su FIEL"


@dataclass(frozen=True, slots=True)
class FielTrouble:
    """To the operator's staff. `falla`: `libro-roto`, `ilegible`, `no-revisada`; or `sin-empresa`, without an RFC and
    with the identifier for a name.
    """

    empresa: str
    rfc: str
    falla: str
    seen_at: datetime

    @property
    def subject(self) -> str:
        return f"[{one_line(self.empresa)}] su FIEL necesita atención"


@dataclass(frozen=True, slots=True)
class PackagesRefused:
    """To the operator's staff. `archivos` are the first of them; `carpeta`, where all lie, below DATA_DIR."""

    empresa: str
    rfc: str
    cuantos: int
    archivos: tuple[str, ...]
    carpeta: str
    seen_at: datetime

    @property
    def subject(self) -> str:
        return f"[{one_line(self.empresa)}] archivos de su buzón del SAT sin importar"


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """To the client. `method` is the provider's word; `paid_until`, the end of what is paid now."""

    subject: ClassVar[str] = "Confirmación de pago - Horux360"
    empresa: str
    rfc: str
    plan: Plan
    amount: Decimal
    method: str
    reference: str
    paid_at: datetime
    paid_until: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """To the client and the operator. `final`: nobody tries again, and the client only reads from now on (SPEC 2.11).

    `reason` is a Spanish sentence, None when the provider gives none.
    """

    subject: ClassVar[str] = "Problema con tu pago - Horux360"
    empresa: str
    rfc: str
    plan: Plan
    amount: Decimal
    failed_at: datetime
    reason: str | None
    final: bool
    pay_url: str
    operator_copy: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionExpiring:
    """To the client, five days before. `pay_url` is None when its card is charged without its doing anything.

    `read_only_at` is when it only reads unless it pays.
    """

    subject: ClassVar[str] = "Tu suscripción vence en 5 días"
    empresa: str
    rfc: str
    plan: Plan
    amount: Decimal
    expires_at: datetime
    read_only_at: datetime
    pay_url: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionCancelled:
    """To the client and the operator. `writes_until`: the end of what was paid, where that is honoured, else None."""

    subject: ClassVar[str] = "Suscripción cancelada - Horux360"
    empresa: str
    rfc: str
    plan: Plan
    cancelled_at: datetime
    writes_until: datetime | None
    login_url: str
    operator_copy: bool = False


@dataclass(frozen=True, slots=True)
class PaymentLinkSent:
    """To the payer: where it gives its card, once, for all charges."""

    subject: ClassVar[str] = "Liga de pago de tu suscripción - Horux360"
    empresa: str
    rfc: str
    plan: Plan
    amount: Decimal
    frequency: Frequency
    pay_url: str


@dataclass(frozen=True, slots=True)
class BankDetails:
    """To the payer: where to transfer to. `reference` is what tells its payment from another's."""

    subject: ClassVar[str] = "Datos para pagar por transferencia - Horux360"
    empresa: str
    rfc: str
    plan: Plan
    amount: Decimal
    frequency: Frequency
    beneficiary: str
    bank: str
    clabe: str
    reference: str


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation and its period in words; `vencida` when its day has passed."""

    nombre: str
    periodo: str
    limite: date
    vencida: bool


@dataclass(frozen=True, slots=True)
class ObligationsReminder:
    """To who does a client's returns: what falls due soon, or did. The first is the most urgent."""

    subject: ClassVar[str] = "Obligaciones fiscales por atender - Horux360"
    empresa: str
    rfc: str
    obligaciones: tuple[Due, ...]
    calendar_url: str


Letter = (
    Welcome
    | Joined
    | Invited
    | ResetPassword
    | FielUploaded
    | FielExpiring
    | FielHealed
    | FielTrouble
    | PaymentReceived
    | PaymentFailed
    | SubscriptionExpiring
    | SubscriptionCancelled
    | PaymentLinkSent
    | BankDetails
    | ObligationsReminder
    | PackagesRefused
    | BackupTrouble
)
LETTERS: tuple[type[Letter], ...] = get_args(Letter)
