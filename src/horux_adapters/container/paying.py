"""Who charges, as the settings say."""

from horux_adapters.container.settings import Settings
from horux_adapters.mercadopago.client import MercadoPagoClient
from horux_adapters.mercadopago.gateway import MercadoPagoPaymentGateway
from horux_adapters.mercadopago.notices import MercadoPagoNoticeJudge
from horux_core.billing.model import BankAccount
from horux_core.billing.standing import BillingPolicy
from horux_core.kernel.clock import Clock

_NOBODYS = BankAccount("Horux360 (muestra)", "Banco de muestra", "002010077777777771")


def mercadopago_gateway(settings: Settings) -> MercadoPagoPaymentGateway:
    token = "" if settings.mp_access_token is None else settings.mp_access_token.reveal()
    return MercadoPagoPaymentGateway(MercadoPagoClient(token, settings.mp_api_url), settings.payer_url)


def mercadopago_judge(settings: Settings, clock: Clock) -> MercadoPagoNoticeJudge:
    return MercadoPagoNoticeJudge(tuple(secret.reveal() for secret in settings.mp_webhook_secret), clock)


def billing_policy(settings: Settings) -> BillingPolicy:
    return BillingPolicy(settings.grace_days, settings.pending_grace_days, settings.honor_paid_period)


def bank_account(settings: Settings) -> BankAccount | None:
    """Where clients transfer to; while nothing is in earnest, nobody's account."""
    s = settings
    if s.bank_beneficiary and s.bank_name and s.bank_clabe:
        return BankAccount(s.bank_beneficiary, s.bank_name, s.bank_clabe)
    return None if s.production else _NOBODYS
