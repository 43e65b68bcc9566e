"""What of the books changed since the alerts were reviewed."""

from collections.abc import Collection, Iterable

from horux_adapters.memory.database import Tables
from horux_core.fiscal.alertas.ports import MUCHOS
from horux_core.fiscal.cfdi.paging import es_folio

CAMBIOS = "alertas_cambios"
ULTIMO = "alertas_cambios_ultimo"


def marcar(tables: Tables, uuids: Collection[str]) -> None:
    """Of more than a few thousand only that they are many."""
    folios = [uuid for uuid in uuids if es_folio(uuid)]
    marcados: Iterable[str | None] = folios if len(folios) <= MUCHOS else (None,)
    for uuid in marcados:
        n = tables[ULTIMO][0] = tables[ULTIMO].get(0, 0) + 1
        tables[CAMBIOS][n] = uuid
