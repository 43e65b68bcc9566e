"""What every TenantDatabases promises; a subclass brings `databases` and `names`, which tells what databases exist."""

from collections.abc import Callable, Set

import pytest

from contracts.clients import a_tenant
from horux_core.kernel.rfc import Rfc
from horux_core.tenancy.errors import DatabaseNameTaken
from horux_core.tenancy.ports import TenantDatabases

Names = Callable[[], Set[str]]


class TenantDatabasesContract:
    def test_names_a_database_after_its_rfc(self, databases: TenantDatabases) -> None:
        assert databases.name_for(Rfc("CAS2408138W2")) == "horux_cas2408138w2"

    def test_two_rfcs_never_share_a_name(self, databases: TenantDatabases) -> None:
        rfcs = ["ÑAM010101AB1", "NAM010101AB1", "&AM010101AB1", "AAM010101AB1", "NNAM010101AB1", "ÑNAM010101AB1"]
        assert len({databases.name_for(Rfc(rfc)) for rfc in rfcs}) == len(rfcs)

    def test_makes_a_database(self, databases: TenantDatabases, names: Names) -> None:
        tenant = a_tenant()
        databases.create(tenant)
        assert tenant.database_name in names()

    def test_inherits_no_database(self, databases: TenantDatabases, names: Names) -> None:
        predecessor, successor = a_tenant(), a_tenant()
        databases.create(predecessor)
        with pytest.raises(DatabaseNameTaken):
            databases.create(successor)
        databases.drop(successor)
        assert predecessor.database_name in names(), "another's database is never taken away"

    def test_takes_a_database_away_and_bears_doing_it_again(self, databases: TenantDatabases, names: Names) -> None:
        tenant, other = a_tenant(), a_tenant("TPR840604D98")
        databases.create(tenant)
        databases.create(other)
        for _ in range(2):
            databases.drop(tenant)
        assert tenant.database_name not in names()
        assert other.database_name in names()
        databases.create(tenant)

    def test_retires_a_database_and_bears_doing_it_again(self, databases: TenantDatabases, names: Names) -> None:
        tenant = a_tenant()
        databases.create(tenant)
        retired = databases.retired_name(tenant, "20260301120000")
        assert retired == "horux_deleted_cas2408138w2_20260301120000"
        for _ in range(2):
            databases.retire(tenant, retired)
        assert retired in names()
        assert tenant.database_name not in names()

    def test_makes_room_for_a_successor(self, databases: TenantDatabases, names: Names) -> None:
        tenant, successor = a_tenant(), a_tenant()
        databases.create(tenant)
        databases.retire(tenant, databases.retired_name(tenant, "20260301120000"))
        databases.create(successor)
        databases.drop(tenant)
        assert successor.database_name in names(), "who left takes nothing of who came"

    def test_chooses_a_server(self, databases: TenantDatabases) -> None:
        assert databases.server_for_new() == "principal"
