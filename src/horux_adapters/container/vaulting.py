"""The vault, as the settings say."""

import secrets

import structlog

from horux_adapters.container.settings import Settings, SettingsInvalid
from horux_adapters.crypto.sealing import VaultKeys, anchor_keys
from horux_adapters.filesystem.fiel_anchors import FilesystemAnchors, FilesystemReceipts
from horux_adapters.filesystem.fiel_folders import FilesystemSealedFolders
from horux_adapters.filesystem.fiel_versions import versions
from horux_adapters.filesystem.private_place import why_not_private

_log = structlog.get_logger("horux.arranque")


def keys(settings: Settings) -> VaultKeys:
    """With everything in memory and no key given, one that ends with the process. Raises SettingsInvalid."""
    current = settings.fiel_encryption_key
    if current is None:
        if settings.storage != "memory":
            raise SettingsInvalid({"FIEL_ENCRYPTION_KEY": "falta; haz una con: openssl rand -hex 32"})
        return VaultKeys(secrets.token_bytes(32))
    old = [bytes.fromhex(key.reveal()) for key in settings.fiel_encryption_keys_old]
    return VaultKeys(bytes.fromhex(current.reveal()), old)


def require_private(settings: Settings) -> None:
    """Raises SettingsInvalid when FIEL_DIR is not ours alone."""
    reason = None if settings.storage == "memory" else why_not_private(settings.vault_dir)
    if reason is not None:
        raise SettingsInvalid({"FIEL_DIR": reason})


def sealed_folders(settings: Settings) -> FilesystemSealedFolders:
    """Raises SettingsInvalid when FIEL_DIR is not ours alone."""
    require_private(settings)
    return FilesystemSealedFolders(settings.vault_dir)


def anchors(settings: Settings, held: VaultKeys) -> FilesystemAnchors:
    """What needs a key that is not held is said at every start: it stays shut until the key is back."""
    keys = anchor_keys(held)
    missing = sorted(versions(settings.vault_dir) - keys.keys())
    if missing:
        _log.error("falta una llave de la bóveda", variable="FIEL_ENCRYPTION_KEYS_OLD", versiones=missing)
    return FilesystemAnchors(settings.vault_dir, keys, held.current)


def receipts(settings: Settings) -> FilesystemReceipts:
    return FilesystemReceipts(settings.vault_dir)
