"""A mark of what somebody was shown, to know when they save whether it is still so."""

from hashlib import sha256

CAMBIO = "Alguien cambió esto desde que abriste la página. Revisa y guarda otra vez."
CAMPO = "visto"
"""Of what a save is refused for when what was shown is no longer so."""


def marca(*valores: object) -> str:
    """The same for the same values, in their order; without sets, which have none."""
    return sha256("\x1f".join(map(str, valores)).encode()).hexdigest()[:16]
