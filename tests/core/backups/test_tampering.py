"""Whatever is done to the files of a run is seen before anything of it is used."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest

from horux_adapters.crypto.manifest_signing import Ed25519ManifestSigner
from horux_adapters.crypto.sealing import VaultKeys
from horux_core.backups import manifest as manifests
from horux_core.backups import naming
from horux_core.backups.errors import BackupDamaged, BackupKeyInvalid, BackupMissing
from horux_core.backups.model import Run
from horux_core.backups.shelf import Key, read_manifest
from horux_core.kernel.errors import HoruxError
from tests.core.backups.vault import KEY, PRIVATE, SYSTEM, Vault

DAY = timedelta(days=1)
RFC = "EKU9003173C9"


@pytest.fixture(scope="module")
def whole() -> tuple[Vault, Run, Run]:
    """Two runs, between which the books have grown."""
    vault = Vault()
    for rfc in (RFC, "URE180429TM6"):
        vault.client(rfc)
    first = vault.run()
    for subject in vault.ground.subjects:
        vault.write(subject)
    return vault, first, vault.run(DAY)


def corrupted(files: dict[str, bytes], former: dict[str, bytes], random: Random) -> str:
    """One thing done to one of them; what it was."""
    name = random.choice(sorted(files))
    octets = bytearray(files[name])
    act = random.choice(["un bit", "cortado", "alargado", "borrado", "cambiado", "anterior", "bloque"])
    other = random.choice([one for one in sorted(files) if one != name])
    if act == "un bit":
        octets[random.randrange(len(octets))] ^= 1 << random.randrange(8)
    elif act == "cortado":
        del octets[random.randrange(len(octets)) :]
    elif act == "alargado":
        octets += random.randbytes(random.randrange(1, 100))
    elif act == "bloque":
        start = random.randrange(len(octets))
        octets[start : start + 32] = bytes(32)
    elif act == "cambiado":
        octets = bytearray(files[other])
    elif act == "anterior":
        octets = bytearray(former[name])
    files[name] = bytes(octets)
    if act == "borrado":
        del files[name]
    return f"{act} {name}"


@pytest.mark.parametrize("seed", range(200))
def test_two_hundred_corruptions_are_all_detected(whole: tuple[Vault, Run, Run], seed: int) -> None:
    vault, first, last = whole
    files = vault.store.kept[last.id]
    before, books = dict(files), deepcopy(vault.ground.databases)
    what = corrupted(files, vault.store.kept[first.id], Random(seed))
    try:
        assert not sound(vault, last), what
        try:
            vault.restore_all(SYSTEM, last.id, KEY, None, vault.told.append)
        except HoruxError:
            assert vault.ground.databases == books, "algo se usó"
        else:
            pytest.fail(f"se restauró con {what}")
    finally:
        vault.store.kept[last.id] = before
        vault.ground.databases.clear()
        vault.ground.databases |= books


def sound(vault: Vault, run: Run) -> bool:
    """Whether it is taken for whole with the key, and without."""
    return all(_proven(vault, run, key) for key in (KEY, None)) and sound_manifest(vault, run)


def sound_manifest(vault: Vault, run: Run) -> bool:
    try:
        read_manifest(vault.shelf, run.id, KEY)
    except HoruxError:
        return False
    return True


def _proven(vault: Vault, run: Run, key: Key | None) -> bool:
    try:
        return all(file.proven for file in vault.verify(run.id, key))
    except HoruxError:
        return False


def test_without_a_corruption_it_is_sound(whole: tuple[Vault, Run, Run]) -> None:
    vault, first, last = whole
    assert sound(vault, first)
    assert sound(vault, last)


def test_a_manifest_that_anybody_sealed_is_not_believed(whole: tuple[Vault, Run, Run]) -> None:
    """The public key is no secret: who has it can seal, and signs with nothing of ours."""
    vault, _, last = whole
    forged = replace(vault.shelf, signer=Ed25519ManifestSigner(VaultKeys(b"9" * 32)))
    manifest = read_manifest(vault.shelf, last.id, KEY)
    before = vault.store.kept[last.id][naming.MANIFEST]
    try:
        out = BytesIO()
        vault.shelf.wrapping.seal(BytesIO(manifests.dumped(manifest, forged.signer)), out)
        vault.store.kept[last.id][naming.MANIFEST] = out.getvalue()
        with pytest.raises(BackupDamaged):
            vault.restore(SYSTEM, RFC, last.id, KEY, over=True)
        assert read_manifest(vault.shelf, last.id, Key(PRIVATE, forged.signer.public)) == manifest
    finally:
        vault.store.kept[last.id][naming.MANIFEST] = before


def test_a_run_under_another_s_name_is_not_believed(whole: tuple[Vault, Run, Run]) -> None:
    vault, first, last = whole
    before = vault.store.kept[last.id]
    try:
        vault.store.kept[last.id] = dict(vault.store.kept[first.id])
        with pytest.raises(BackupDamaged):
            vault.restore(SYSTEM, RFC, last.id, KEY, over=True)
    finally:
        vault.store.kept[last.id] = before


def test_a_stranger_s_key_opens_nothing(whole: tuple[Vault, Run, Run]) -> None:
    vault, _, last = whole
    with pytest.raises(BackupKeyInvalid):
        vault.verify(last.id, Key("AGE-SECRET-KEY-1NADA"))


@pytest.mark.parametrize("name", ["../otra", "", "20260301T070000Z-ABCDEF", "20260301T070000Z-abcdef\n"])
def test_a_name_that_is_no_run_s_leads_nowhere(whole: tuple[Vault, Run, Run], name: str) -> None:
    vault, _, _ = whole
    with pytest.raises(BackupMissing):
        vault.restore(SYSTEM, RFC, name, KEY, over=True)
