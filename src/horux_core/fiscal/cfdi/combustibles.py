"""Which products are fuel: paying them in cash is never deductible, whatever the amount (LISR 27-III, 147-IV)."""

CLAVES_COMBUSTIBLE = frozenset({"15101505", "15101506", "15101513", "15101514", "15101515", "15111510"})
"""ClaveProdServ of the SAT's catalogue."""
