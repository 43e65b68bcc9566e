"""`python -m tests.benchmarks [NAME…]`: measures, and prints a table. BULK_N documents, else 50,000."""

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from horux_adapters.telemetry.logs import configure
from tests.benchmarks import bulk, clients, entering, growing, marcos, mudanza, reading, respaldos, screens
from tests.benchmarks.ground import Ground, Measure, N, ground, ms

BENCHMARKS: Mapping[str, Callable[[Ground], list[Measure]]] = {
    "carga": bulk.run,
    "recalculo": reading.recomputing,
    "consultas": reading.queries,
    "paginas": screens.run,
    "crecimiento": growing.run,
    "altas": clients.provisioning,
    "migraciones": clients.migrating,
    "acceso": entering.run,
    "respaldos": respaldos.run,
    "mudanza": mudanza.run,
    "marcos": marcos.run,
}


def main(wanted: Sequence[str]) -> int:
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"No hay {', '.join(unknown)}. Hay: {', '.join(BENCHMARKS)}.\n")
        return 2
    configure(production=False, level="error")
    logging.disable(logging.WARNING)
    table = Table("Medición", "Resultado", "Contra la base", title=f"{N:,} CFDI, {os.cpu_count()} núcleos")
    with ground() as base:
        table.add_row("base: SELECT 1, un viaje", ms(base.round_trip), "1 viaje")
        for name in wanted or BENCHMARKS:
            for measure in BENCHMARKS[name](base):
                table.add_row(measure.name, measure.value, measure.ratio)
    Console(width=118).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
