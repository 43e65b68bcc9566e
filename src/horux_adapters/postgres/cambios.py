"""What of the books changed since the alerts were reviewed."""

from horux_adapters.postgres.pools import Connection
from horux_core.fiscal.alertas.ports import MUCHOS

_SEPARADOR = ","


def marcar(conn: Connection, folios: str) -> None:
    """Those of an array as `folios` gives it; of more than a few thousand only that they are many."""
    if folios == "{}":
        return
    muchos = folios.count(_SEPARADOR) >= MUCHOS
    conn.execute(
        "INSERT INTO alertas_cambios (uuid_fiscal) SELECT unnest(%s::uuid[])", ("{NULL}" if muchos else folios,)
    )
