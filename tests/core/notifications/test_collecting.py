"""What the night could not take in is told to whoever leaves it there."""

from contracts.clients import NOW, RFC
from horux_core.fiscal.paquetes.events import PackagesRefused
from horux_core.kernel.ids import TenantId
from horux_core.notifications import letters
from horux_core.notifications.collecting import TellPackagesRefused
from tests.core.notifications.desk import STAFF, Desk


def refused(tenant: TenantId) -> PackagesRefused:
    return PackagesRefused(tenant, 3, "a.zip\nb\x07.txt", NOW.isoformat())


def test_the_operator_is_told_which_files_and_where_they_lie() -> None:
    desk = Desk()
    tenant = desk.client()
    folder = desk.control.tables["tenants"][tenant].database_name
    desk.deliver(refused(tenant), TellPackagesRefused(desk.readers, desk.post))
    letter = letters.PackagesRefused(
        "Cascabel SA de CV", RFC, 3, ("a.zip", "b .txt"), f"buzon/{folder}/rechazados", NOW
    )
    assert desk.postman.letters() == [(STAFF, letter)]
