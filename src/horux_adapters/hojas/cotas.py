"""How much a statement may hold: a bank's largest month is a tenth of it."""

from horux_core.fiscal.conciliacion.importando import MAX_ESTADO_CUENTA

MIB = 1024 * 1024
MAX_BYTES = MAX_ESTADO_CUENTA
MAX_INFLADO = 32 * MIB
"""Of an XLSX once unpacked, all its parts together."""
MAX_ETIQUETAS = 1_000_000
"""Of all its parts: 25,000 lines of ten cells. Reading more takes seconds and hundreds of MB, whatever they hold."""
MAX_ETIQUETAS_DE_ARBOL = 100_000
"""Of a part that holds no lines: the widest styles that a program writes have half."""
MAX_ENTRADAS = 500
MAX_HOJAS = 20
MAX_RENGLONES = 50_000
MAX_COLUMNAS = 64
MAX_TEXTO = 2_000
"""Letters of one cell that is read."""
