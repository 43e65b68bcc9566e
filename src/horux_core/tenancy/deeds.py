"""What somebody does to a client, as the audit trail keeps it."""

from horux_core.identity.deeds import deed as deed

ALTA, CAMBIO, BAJA = "empresa-alta", "empresa-cambio", "empresa-baja"
