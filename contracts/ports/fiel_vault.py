"""What every FielVault promises; a subclass brings `vault`, and a `keep` that puts some client's e.firma in it."""

from collections.abc import Callable
from uuid import uuid4

from horux_core.fiel.ports import FielVault
from horux_core.kernel.ids import TenantId


class FielVaultContract:
    def test_destroys_what_there_is_once(self, vault: FielVault, keep: Callable[[TenantId], None]) -> None:
        tenant, other = TenantId(uuid4()), TenantId(uuid4())
        keep(tenant)
        keep(other)
        assert vault.destroy(tenant)
        assert not vault.destroy(tenant)
        assert vault.destroy(other), "another's is not touched"

    def test_destroys_nothing_where_there_is_none(self, vault: FielVault) -> None:
        assert not vault.destroy(TenantId(uuid4()))
