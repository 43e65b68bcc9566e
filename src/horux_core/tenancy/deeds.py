"""What somebody does to a client, as the audit trail keeps it."""

from horux_core.identity.deeds import deed as deed

ALTA, CAMBIO, BAJA, MUDANZA = "empresa-alta", "empresa-cambio", "empresa-baja", "empresa-mudanza"
SERVIDOR_ALTA, SERVIDOR_CAMBIO, SERVIDOR_BAJA = "servidor-alta", "servidor-cambio", "servidor-baja"
