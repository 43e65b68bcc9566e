"""Names of databases and roles: two taxpayers never share one, and each is safe to quote."""

from uuid import UUID

TEMPLATE = "horux_plantilla"
_DIGRAPHS = str.maketrans({"Ñ": "_n", "&": "_a"})


def database_name(rfc: str) -> str:
    """`horux_` and the RFC in lower case.

    An RFC has no underscore, so `_n` for Ñ and `_a` for & can be undone: the name gives the RFC back.
    """
    return f"horux_{_plain(rfc)}"


def role_name(tenant: UUID) -> str:
    """The run-time role of one tenant's database: by its id, so a successor with the same RFC inherits nothing."""
    return f"horux_t_{tenant.hex}"


def retired_name(rfc: str, stamp: str) -> str:
    """What a client's database is called once the client has left. The stamp is digits alone, at most 24.

    Raises ValueError for another stamp: with anything else in it two names could meet.
    """
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 24):
        raise ValueError("La marca de tiempo de una base retirada son solo dígitos, 24 a lo más.")
    return f"horux_deleted_{_plain(rfc)}_{stamp}"


def _plain(rfc: str) -> str:
    return rfc.upper().translate(_DIGRAPHS).lower()
