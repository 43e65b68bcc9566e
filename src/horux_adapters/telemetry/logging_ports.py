"""Stand-ins for services that are not connected: each says in the log what would have been done, and nothing secret."""

import structlog

from horux_core.kernel.ids import TenantId

_log = structlog.get_logger("horux.sin_conectar")


class LoggingFielVault:
    """Keeps no e.firma, so there is none to destroy."""

    def destroy(self, tenant: TenantId) -> bool:
        _log.info("sin e.firma que destruir", tenant_id=str(tenant))
        return False
