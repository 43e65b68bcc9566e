from structlog.testing import capture_logs

from contracts.clients import a_tenant
from horux_adapters.telemetry.logging_ports import LoggingFielVault


def test_there_is_nothing_of_a_client_to_destroy() -> None:
    tenant = a_tenant()
    with capture_logs() as logs:
        assert not LoggingFielVault().destroy(tenant.id)
    assert [entry["tenant_id"] for entry in logs] == [str(tenant.id)]
