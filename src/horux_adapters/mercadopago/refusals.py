"""Why the provider says no, for the operator who asked. Only the wording hangs on the message, never a decision."""

_LONGEST = 200
_KNOWN = (
    (
        "real or test users",
        "el correo de quien paga y la cuenta que cobra deben ser las dos reales o las dos de prueba, y ese correo debe"
        " tener cuenta en MercadoPago",
    ),
    ("different countries", "la cuenta de quien paga es de otro país, o una es de prueba y la otra no"),
    ("amount lower", "el monto es menor que el mínimo"),
    ("amount greater", "el monto es mayor que el máximo"),
    ("currency_id", "la cuenta que cobra no cobra en pesos mexicanos"),
    ("back_url", "la dirección de regreso debe ser pública y empezar por https://; revisa CORS_ORIGIN"),
    ("payer_email", "el correo de quien paga no sirve"),
    ("modify a paused", "el cobro está en pausa: reanúdalo o cancélalo primero"),
    ("from cancelled", "el acuerdo ya está cancelado: crea otra liga de pago"),
    ("only the payer can", "falta que quien paga acepte el cobro en su liga"),
    ("Credit card validation", "la tarjeta fue rechazada: pide otra"),
)


def in_spanish(body: object) -> str:
    """One sentence, with the provider's own words at its end where it gave any."""
    said = body.get("message") if isinstance(body, dict) else None
    words = "".join(letter for letter in said if letter.isprintable())[:_LONGEST] if isinstance(said, str) else ""
    reason = next((meaning for part, meaning in _KNOWN if part in words), "revisa los datos del cobro")
    return f"MercadoPago no lo aceptó: {reason}." + (f" Dijo: «{words}»." if words else "")
