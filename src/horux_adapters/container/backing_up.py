"""Backups: their gateways and use cases, apart from those of the service, which needs none of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from dependency_injector import containers, providers

from horux_adapters.container import connections, filing, vaulting
from horux_adapters.container.backup_settings import PLACE
from horux_adapters.container.settings import Settings
from horux_adapters.crypto.manifest_signing import Ed25519ManifestSigner
from horux_adapters.crypto.wrapping import AgeWrapping
from horux_adapters.filesystem.backup_store import FilesystemBackupStore
from horux_adapters.filesystem.fiel_backup import FilesystemDumper, FilesystemReceiptKeeper, FilesystemSite
from horux_adapters.memory.backup_store import MemoryBackupStore
from horux_adapters.memory.backups import MemoryBackupLog, MemoryDumper, MemoryEstate, MemoryGround, MemorySite
from horux_adapters.postgres.backups import PostgresBackupLog
from horux_adapters.postgres.children import Programs
from horux_adapters.postgres.dumping import PostgresDumper, PostgresEstate, servers_of
from horux_adapters.postgres.site import PostgresSite, require_empty
from horux_adapters.s3.backup_store import S3BackupStore
from horux_adapters.s3.fiel_backup import S3Dumper, S3ReceiptKeeper, S3Site
from horux_core.backups.listing import ListBackups
from horux_core.backups.making import MakeFile
from horux_core.backups.model import Kind
from horux_core.backups.overseeing import ShowBackups
from horux_core.backups.rebuilding import RestoreAll
from horux_core.backups.restoring import RestoreClient
from horux_core.backups.retention import Retention
from horux_core.backups.running import RunBackup
from horux_core.backups.shelf import Part, Shelf
from horux_core.backups.verifying import VerifyBackup

A = TypeVar("A")
B = TypeVar("B")


def place(settings: Settings) -> Path:
    if settings.backup_dir is not None:
        return settings.backup_dir
    return PLACE if settings.production else settings.data_dir / "respaldos"


def vault_place(settings: Settings) -> Path:
    """Raises SettingsInvalid when FIEL_DIR is not ours alone."""
    vaulting.require_private(settings)
    return settings.vault_dir


def side_by_side(jobs: int, act: Callable[[A], B], each: tuple[A, ...]) -> tuple[B, ...]:
    """So many at a time. What one raises is raised once those under way have ended."""
    with ThreadPoolExecutor(jobs, thread_name_prefix="horux-respaldo") as threads:
        return tuple(threads.map(act, each))


class Backups(containers.DeclarativeContainer):
    gateways = providers.DependenciesContainer()
    settings = providers.Dependency(instance_of=Settings)
    g = gateways
    storage = settings.provided.storage
    admin, runtime = g.dsns.provided.admin, g.dsns.provided.runtime

    ground = providers.Singleton(MemoryGround)
    folder = providers.Singleton(vault_place, settings)
    vault = providers.Singleton(filing.vault_bucket, settings)
    programs = providers.Singleton(Programs, settings.provided.pg_bindir)
    servers = providers.Singleton(servers_of, g.control_database, admin)
    store = providers.Selector(
        settings.provided.backups_kept,
        filesystem=providers.Singleton(FilesystemBackupStore, providers.Singleton(place, settings)),
        s3=providers.Singleton(S3BackupStore, providers.Singleton(filing.backup_bucket, settings)),
        memory=providers.Singleton(MemoryBackupStore),
    )
    log = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresBackupLog, g.control_database, g.postgres_outbox, g.sessions),
        memory=providers.Singleton(MemoryBackupLog, g.memory, g.memory_outbox),
    )
    estate = providers.Selector(
        storage,
        postgres=providers.Singleton(PostgresEstate, g.control_database, admin),
        memory=providers.Singleton(MemoryEstate, ground),
    )
    databases = providers.Selector(
        storage,
        postgres=providers.Singleton(
            Part,
            providers.Singleton(PostgresDumper, g.control_database, admin, programs),
            providers.Singleton(
                PostgresSite, servers, admin, runtime, providers.Singleton(connections.role_secret, settings), programs
            ),
        ),
        memory=providers.Singleton(
            Part, providers.Singleton(MemoryDumper, ground), providers.Singleton(MemorySite, ground)
        ),
    )
    fiel = providers.Selector(
        settings.provided.vault_kept,
        filesystem=providers.Singleton(
            Part, providers.Singleton(FilesystemDumper, folder), providers.Singleton(FilesystemSite, folder)
        ),
        s3=providers.Singleton(Part, providers.Singleton(S3Dumper, vault), providers.Singleton(S3Site, vault)),
        memory=databases,
    )
    receipt_keeper = providers.Selector(
        settings.provided.files,
        filesystem=providers.Singleton(FilesystemReceiptKeeper, folder),
        s3=providers.Singleton(S3ReceiptKeeper, vault),
    )
    parts = providers.Dict({Kind.FIEL: fiel, Kind.CENTRAL: databases, Kind.CLIENTE: databases})
    wrapping = providers.Singleton(AgeWrapping, settings.provided.backup_public_key)
    signer = providers.Singleton(Ed25519ManifestSigner, g.vault_keys)
    shelf = providers.Singleton(Shelf, store, log, wrapping, signer, g.clock)
    retention = providers.Singleton(
        Retention, settings.provided.backup_daily_days, settings.provided.backup_weekly_days
    )
    together = providers.Singleton(partial, side_by_side, settings.provided.backup_jobs)

    make = providers.Singleton(MakeFile, shelf, parts)
    run = providers.Singleton(RunBackup, shelf, estate, make, retention, together)
    verify = providers.Singleton(VerifyBackup, shelf, parts)
    list_all = providers.Singleton(ListBackups, log)
    show = providers.Singleton(
        ShowBackups, list_all, estate, retention, g.clock, providers.Callable(bool, settings.provided.backup_public_key)
    )
    restore_client = providers.Singleton(RestoreClient, shelf, g.registry, databases.provided.site)
    restore_all = providers.Singleton(
        RestoreAll,
        shelf,
        parts,
        receipt_keeper,
        providers.Singleton(partial, require_empty, admin),
        together,
    )
