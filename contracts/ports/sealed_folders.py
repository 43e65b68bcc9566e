"""What every SealedFolders promises; a subclass brings the `folders` fixture."""

from contracts.boveda import a_seal, some_pieces
from contracts.clients import a_tenant
from horux_core.fiel.ports import SealedFolders


class SealedFoldersContract:
    def test_a_draft_counts_once_it_is_promoted(self, folders: SealedFolders) -> None:
        tenant, seal = a_tenant(), a_seal()
        pieces = some_pieces(seal)
        folders.draft(tenant, seal.id, pieces)
        assert folders.read(tenant) == {}
        assert folders.drafts(tenant) == {seal.id}
        folders.promote(tenant, seal.id)
        assert folders.read(tenant) == pieces
        assert folders.drafts(tenant) == frozenset()

    def test_another_takes_its_place(self, folders: SealedFolders) -> None:
        tenant, former, latter, stray = a_tenant(), a_seal(1), a_seal(2), a_seal(3)
        for seal in (former, latter):
            folders.draft(tenant, seal.id, some_pieces(seal))
            folders.draft(tenant, stray.id, some_pieces(stray))
            pieces = some_pieces(seal)
            folders.draft(tenant, seal.id, pieces)
            folders.promote(tenant, seal.id)
            assert folders.read(tenant) == pieces
            assert folders.drafts(tenant) == frozenset(), "the others are gone"
        folders.promote(tenant, latter.id)
        folders.promote(tenant, stray.id)
        assert folders.read(tenant) == pieces, "without a draft the copy that counts stays"

    def test_a_draft_is_discarded(self, folders: SealedFolders) -> None:
        tenant, seal, other = a_tenant(), a_seal(1), a_seal(2)
        for each in (seal, other):
            folders.draft(tenant, each.id, some_pieces(each))
        folders.discard(tenant, seal.id)
        folders.discard(tenant, seal.id)
        assert folders.drafts(tenant) == {other.id}
        folders.promote(tenant, seal.id)
        assert folders.read(tenant) == {}

    def test_each_client_has_its_own(self, folders: SealedFolders) -> None:
        tenants = [a_tenant(rfc) for rfc in ("CAS2408138W2", "H&E951128469", "RAQÑ7701212M3")]
        seals = [a_seal(n + 1) for n in range(3)]
        kept = [some_pieces(seal) for seal in seals]
        for tenant, seal, pieces in zip(tenants, seals, kept, strict=True):
            folders.draft(tenant, seal.id, pieces)
        assert folders.owners() == {tenant.id for tenant in tenants}
        for tenant, seal in zip(tenants, seals, strict=True):
            folders.promote(tenant, seal.id)
        assert [folders.read(tenant) for tenant in tenants] == kept
        assert folders.owners() == {tenant.id for tenant in tenants}
        folders.remove(tenants[0])
        folders.remove(tenants[0])
        assert folders.owners() == {tenant.id for tenant in tenants[1:]}
        assert [folders.read(tenant) for tenant in tenants] == [{}, *kept[1:]]

    def test_takes_drafts_away_too(self, folders: SealedFolders) -> None:
        tenant, seal = a_tenant(), a_seal()
        folders.draft(tenant, seal.id, some_pieces(seal))
        folders.remove(tenant)
        assert folders.drafts(tenant) == frozenset()
        assert folders.owners() == frozenset()
