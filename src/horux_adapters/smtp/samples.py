"""Letters to look at: one of each kind and of each turn it can take, with facts nobody has."""

from datetime import UTC, date, datetime
from decimal import Decimal

from horux_core.billing.model import Frequency
from horux_core.identity.model import Role
from horux_core.notifications.backup_letters import BackupTrouble
from horux_core.notifications.letters import (
    BankDetails,
    Due,
    FielExpiring,
    FielHealed,
    FielTrouble,
    FielUploaded,
    Invited,
    Joined,
    Letter,
    ObligationsReminder,
    PackagesRefused,
    PaymentFailed,
    PaymentLinkSent,
    PaymentReceived,
    ResetPassword,
    SubscriptionCancelled,
    SubscriptionExpiring,
    Welcome,
)
from horux_core.plans.model import Plan

_ANA, _EMAIL = "Ana Cascabel", "ana@cascabel.example"
_EMPRESA, _RFC = "Cascabel y Asociados SA de CV", "CAS2408138W2"
_LOGIN = "https://horux360.example/entrar"
_PAY = "https://pagos.example/suscripciones/checkout?preapproval_id=2c938084726fca480172750000000000"
_WHO = (_EMPRESA, _RFC, Plan.BUSINESS)
_AT = datetime(2026, 4, 18, 15, 20, tzinfo=UTC)
_LATER = datetime(2026, 4, 23, 6, 0, tzinfo=UTC)
_AMOUNT = Decimal("1234.50")
_PASSWORD = "k7mz-4qpt-x9ca-hv2r"  # noqa: S105 opens nothing

SAMPLES: tuple[Letter, ...] = (
    Welcome(_ANA, _EMAIL, _EMPRESA, _RFC, _PASSWORD, _LOGIN),
    Joined(_ANA, _EMAIL, _EMPRESA, _RFC, _LOGIN),
    Joined(_ANA, _EMAIL, _EMPRESA, _RFC, _LOGIN, mailed=True),
    Invited("Íñigo Ruiz", "inigo@cascabel.example", _ANA, _EMPRESA, _RFC, Role.CONTADOR, _PASSWORD, _LOGIN),
    Invited("Íñigo Ruiz", "inigo@cascabel.example", _ANA, _EMPRESA, _RFC, Role.VISOR, None, _LOGIN),
    Invited("Íñigo Ruiz", "inigo@cascabel.example", _ANA, _EMPRESA, _RFC, Role.VISOR, None, _LOGIN, mailed=True),
    ResetPassword(_ANA, _EMAIL, "https://horux360.example/entrar/liga?token=Zm9ybWEgZGUgbXVlc3RyYQ", _AT),
    FielUploaded(_EMPRESA, _RFC, "30001000000500003416", date(2029, 6, 30), _EMAIL, _AT),
    FielExpiring(_EMPRESA, _RFC, "30001000000500003416", date(2026, 6, 17), 60, _LOGIN),
    FielExpiring(_EMPRESA, _RFC, "30001000000500003416", date(2026, 4, 19), 1, _LOGIN, operator_copy=True),
    FielHealed(_EMPRESA, _RFC, "carpeta", _AT),
    FielHealed(_EMPRESA, _RFC, "ambas", _AT),
    FielTrouble(_EMPRESA, _RFC, "libro-roto", _AT),
    FielTrouble(_EMPRESA, _RFC, "ilegible", _AT),
    FielTrouble(_EMPRESA, _RFC, "no-revisada", _AT),
    FielTrouble("0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44", "", "sin-empresa", _AT),
    PackagesRefused(_EMPRESA, _RFC, 1, ("3C551434_01.zip",), "buzon/horux_cas2408138w2/rechazados", _AT),
    PackagesRefused(_EMPRESA, _RFC, 25, ("a.zip", "b.txt"), "buzon/horux_cas2408138w2/rechazados", _AT),
    BackupTrouble("20260418T070000Z-3f2a1c", 1, 52, ("CAS2408138W2 (horux_cas2408138w2): no responde",), _AT),
    BackupTrouble("20260418T070000Z-3f2a1c", 0, 0, (), _AT),
    PaymentReceived(*_WHO, _AMOUNT, "credit_card", "1234567890", _AT, _LATER),
    PaymentReceived(*_WHO, _AMOUNT, "transferencia", "HX-8W2-0001", _AT, None),
    PaymentFailed(*_WHO, _AMOUNT, _AT, "La tarjeta no tiene saldo suficiente.", False, _PAY),
    PaymentFailed(*_WHO, _AMOUNT, _AT, None, True, _PAY, operator_copy=True),
    SubscriptionExpiring(*_WHO, _AMOUNT, _LATER, datetime(2026, 5, 3, 6, 0, tzinfo=UTC), _PAY),
    SubscriptionExpiring(*_WHO, _AMOUNT, _LATER, datetime(2026, 5, 3, 6, 0, tzinfo=UTC), None),
    SubscriptionCancelled(*_WHO, _AT, None, _LOGIN),
    SubscriptionCancelled(*_WHO, _AT, _LATER, _LOGIN, operator_copy=True),
    PaymentLinkSent(*_WHO, _AMOUNT, Frequency.MONTHLY, _PAY),
    BankDetails(
        *_WHO, _AMOUNT, Frequency.YEARLY, "Horux Finanzas SA de CV", "Banco de Muestra", "002010077777777771", "HX-8W2"
    ),
    ObligationsReminder(
        _EMPRESA,
        _RFC,
        (
            Due("Pago mensual IVA (definitivo)", "febrero de 2026", date(2026, 3, 17), vencida=True),
            Due("Envío de balanza PM", "febrero de 2026", date(2026, 4, 22), vencida=False),
        ),
        "https://horux360.example/calendario",
    ),
)
