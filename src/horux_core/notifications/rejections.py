"""Why a charge did not pass, in a sentence for who pays: what it can do about it."""

_ANOTHER = "El banco no acepta esta tarjeta para este cobro: registra otra."
_REASONS = {
    "cc_rejected_insufficient_amount": "La tarjeta no tiene saldo suficiente.",
    "cc_rejected_call_for_authorize": "Tu banco pide que lo autorices: llámale y dile que reconoces el cobro.",
    "cc_amount_rate_limit_exceeded": "El cobro pasa del límite de la tarjeta: pide a tu banco que lo amplíe.",
    "cc_rejected_card_disabled": "La tarjeta no está activa: llama a tu banco o registra otra.",
    "cc_rejected_max_attempts": "Se intentó demasiadas veces con esta tarjeta: registra otra.",
    "cc_rejected_blacklist": _ANOTHER,
    "cc_rejected_high_risk": _ANOTHER,
    "cc_rejected_card_type_not_allowed": _ANOTHER,
}
_BAD_DATA = "cc_rejected_bad_filled"


def in_spanish(detail: str) -> str | None:
    """What the provider's word means for the payer; None for one that says nothing of use."""
    if detail.startswith(_BAD_DATA):
        return "Los datos de la tarjeta no coinciden: regístrala otra vez o usa otra."
    return _REASONS.get(detail)
