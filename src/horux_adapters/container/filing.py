"""Where uploads and the e.firmas' second copy are kept: folders of this machine, or a store that machines share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dependency_injector import containers, providers

from horux_adapters.container import vaulting
from horux_adapters.container.settings import Settings, SettingsInvalid
from horux_adapters.crypto.sealing import VaultKeys, anchor_keys
from horux_adapters.filesystem import examining as folders
from horux_adapters.filesystem.fiel_backup import walked
from horux_adapters.filesystem.fiel_folders import FilesystemSealedFolders
from horux_adapters.filesystem.fiel_versions import versions
from horux_adapters.filesystem.spool import FilesystemSpool
from horux_adapters.filesystem.tenant_files import FilesystemTenantFiles
from horux_adapters.memory.fiel_vault import MemoryAnchors, MemoryReceipts, MemorySealedFolders
from horux_adapters.s3 import examining as store
from horux_adapters.s3.bucket import BACKING_UP, SERVING, Bucket, Patience, StoreAddress, connected
from horux_adapters.s3.fiel_anchors import S3Anchors, S3Receipts
from horux_adapters.s3.fiel_backup import walked as objects
from horux_adapters.s3.fiel_copies import S3SealedFolders
from horux_adapters.s3.spool import S3Spool
from horux_adapters.s3.tenant_files import S3TenantFiles
from horux_adapters.s3.troubles import told_as
from horux_core.fiel.anchoring import AnchorForm
from horux_core.fiel.errors import VaultUnavailable
from horux_core.kernel.clock import Clock
from horux_core.tenancy.ports import Registry

_VAULT, _UPLOADS, _BACKUPS = "fiel", "cargas", "respaldos"
_BOOKS = ("libro/", "recibos/")


def bucket(settings: Settings, named: str | None = None, patience: Patience = SERVING) -> Bucket:
    """That one of the store, else S3_BUCKET's. Raises SettingsInvalid."""
    name, access, secret = named or settings.s3_bucket, settings.s3_access_key, settings.s3_secret_key
    if settings.s3_endpoint is None or name is None or access is None or secret is None:
        raise SettingsInvalid({"S3_ENDPOINT": "falta, o alguna otra de las variables del almacén"})
    address = StoreAddress(settings.s3_endpoint, settings.s3_region, access.reveal(), secret.reveal())
    return connected(address, name, patience)


def vault_bucket(settings: Settings) -> Bucket:
    return bucket(settings).below(_VAULT)


def backup_bucket(settings: Settings) -> Bucket:
    return bucket(settings, settings.s3_backup_bucket, BACKING_UP).below(_BACKUPS)


def _uploads(whole: Bucket) -> Bucket:
    return whole.below(_UPLOADS)


def _vault(whole: Bucket) -> Bucket:
    return whole.below(_VAULT)


def _anchors(vault: Bucket, held: VaultKeys) -> S3Anchors:
    return S3Anchors(vault, AnchorForm(anchor_keys(held), held.current))


class Files(containers.DeclarativeContainer):
    settings = providers.Dependency(instance_of=Settings)
    clock: providers.Dependency[Clock] = providers.Dependency()
    keys = providers.Dependency(instance_of=VaultKeys)

    whole = providers.Singleton(bucket, settings)
    uploads = providers.Singleton(_uploads, whole)
    vault = providers.Singleton(_vault, whole)
    folders = providers.Singleton(FilesystemTenantFiles, settings.provided.spool, settings.provided.inboxes)

    spool = providers.Selector(
        settings.provided.files,
        filesystem=providers.Singleton(FilesystemSpool, settings.provided.spool),
        s3=providers.Singleton(S3Spool, uploads, clock),
    )
    tenant_files = providers.Selector(
        settings.provided.files, filesystem=folders, s3=providers.Singleton(S3TenantFiles, uploads, folders)
    )
    sealed_folders = providers.Selector(
        settings.provided.vault_kept,
        filesystem=providers.Singleton(vaulting.sealed_folders, settings),
        s3=providers.Singleton(S3SealedFolders, vault),
        memory=providers.Singleton(MemorySealedFolders),
    )
    anchors = providers.Selector(
        settings.provided.vault_kept,
        filesystem=providers.Singleton(vaulting.anchors, settings, keys),
        s3=providers.Singleton(_anchors, vault, keys),
        memory=providers.Singleton(MemoryAnchors),
    )
    receipts = providers.Selector(
        settings.provided.vault_kept,
        filesystem=providers.Singleton(vaulting.receipts, settings),
        s3=providers.Singleton(S3Receipts, vault),
        memory=providers.Singleton(MemoryReceipts),
    )


@dataclass(frozen=True, slots=True)
class VaultSeen:
    """Of the copy outside every database: whose is whole, and under which keys it was written. They raise Unavailable.

    `exposed` is what others of the machine could read of it.
    """

    whole: Callable[[], frozenset[str]]
    versions: Callable[[], frozenset[str]]
    exposed: Callable[[], tuple[str, ...]] | None


def vault_seen(settings: Settings) -> VaultSeen:
    if settings.vault_kept == "s3":
        there = vault_bucket(settings)
        return VaultSeen(lambda: store.whole_copies(there), lambda: store.versions(there), None)
    place = settings.vault_dir
    return VaultSeen(lambda: folders.whole_folders(place), lambda: versions(place), lambda: folders.exposed(place))


def stores(settings: Settings) -> tuple[Bucket, ...]:
    """Those that are in use, each once."""
    found = [bucket(settings)] if settings.vault_kept == "s3" else []
    if settings.backups_kept == "s3":
        found.append(bucket(settings, settings.s3_backup_bucket))
    return tuple({each.name: each for each in found}.values())


def to_store(settings: Settings, registry: Registry) -> Iterator[str]:
    """Copies the vault of FIEL_DIR into the store, and tells the RFC of each client whose e.firma came along.

    Nobody else may be at work on it. Nothing in the folder changes, and it can be done again until the store's is used.
    Raises VaultUnavailable, and SettingsInvalid when it was: what was destroyed since would come back.
    """
    there, former = vault_bucket(settings), FilesystemSealedFolders(settings.vault_dir)
    copies = S3SealedFolders(there)
    books = {name: octets for name, octets in walked(settings.vault_dir) if name.startswith(_BOOKS)}
    with told_as(VaultUnavailable):
        known = [filed for folder in _BOOKS for filed in objects(there, folder)]
        if any(books.get(name) != octets for name, octets in known):
            raise SettingsInvalid({"FIEL_DIR": "la bóveda del almacén ya se usó y es más nueva: no se copia nada"})
        for name, octets in books.items():
            there.put(name, octets)
    for owner in sorted(former.owners(), key=str):
        tenant = registry.get(owner)
        pieces = former.read(tenant)
        if pieces:
            seal = next(iter(pieces.values())).seal.id
            copies.draft(tenant, seal, pieces)
            copies.promote(tenant, seal)
            yield str(tenant.rfc)
