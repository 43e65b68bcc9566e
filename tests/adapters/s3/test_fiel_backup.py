"""The suites of backing up and restoring a vault that is in a store."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.ports.backup_sites import Change, DumperContract, SiteContract, dump, pour
from contracts.ports.receipt_keeper import Packed, ReceiptKeeperContract, There
from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.fiel_backup import S3Dumper, S3ReceiptKeeper, S3Site, walked
from horux_core.backups import archives, naming
from horux_core.backups.errors import NotRestorable
from horux_core.backups.model import Kind, Subject
from horux_core.backups.ports import Dumper, ReceiptKeeper, Site

NOON = datetime(2026, 3, 1, 18, tzinfo=UTC)
FIEL = Subject(Kind.FIEL)
CLIENT = "0f9d1c52-6b1e-4b0e-9d5b-2f6f3a7c1e44"
FILES = {
    f"copias/{CLIENT}/vigente": b"llave" * 500,
    f"libro/{CLIENT}": b"HORUX-LIBRO 1\n",
    f"recibos/{CLIENT}/1.json": b"{}",
}


def lay(bucket: Bucket, files: Mapping[str, bytes]) -> None:
    for name, octets in files.items():
        bucket.put(name, octets)


@pytest.fixture
def vault(bucket: Bucket) -> Bucket:
    lay(bucket, FILES)
    return bucket


@pytest.fixture
def subject() -> Subject:
    return FIEL


@pytest.fixture
def change(vault: Bucket) -> Change:
    return lambda: lay(vault, {f"libro/{uuid4()}": b"HORUX-LIBRO 1\n"})


@pytest.fixture
def dumper(vault: Bucket) -> Dumper:
    return S3Dumper(vault)


class TestS3Dumper(DumperContract):
    @pytest.fixture
    def gone(self, vault: Bucket) -> Subject:
        return FIEL

    def test_what_is_gone_cannot_be_dumped(self, dumper: Dumper, gone: Subject) -> None:
        super().test_what_is_gone_cannot_be_dumped(S3Dumper(Bucket(dumper.bucket.client, "no-hay")), gone)  # type: ignore[attr-defined]


class TestS3Site(SiteContract):
    @pytest.fixture
    def site(self, vault: Bucket) -> Site:
        return S3Site(vault)

    def test_receipts_of_the_replaced_vault_come_along(self, site: Site, dumper: Dumper, vault: Bucket) -> None:
        octets = dump(dumper, FIEL)[0]
        later = {f"recibos/{CLIENT}/7.json": b"destruida"}
        lay(vault, {**later, f"libro/{uuid4()}": b"ancla nueva"})
        restored(site, octets, NOON)
        assert dict(walked(vault)) == {**FILES, **later}

    def test_a_kill_between_any_two_requests_loses_nothing(self, site: Site, bucket: Bucket) -> None:
        bucket.empty()
        lay(bucket, {f"libro/{CLIENT}": b"restaurado"})
        octets, receipt = dump(S3Dumper(bucket), FIEL)[0], {f"recibos/{CLIENT}/7.json": b"destruida"}
        beside, aside = naming.beside_name(FIEL, NOON), naming.aside_name(FIEL, NOON)
        cut, done = 0, False
        while not done:
            cut, left = cut + 1, [cut + 1]
            bucket.empty()
            lay(bucket, {f"libro/{CLIENT}": b"posterior", **receipt})
            with site.beside(FIEL, beside) as trial:
                pour(trial, octets)

            def dying(left: list[int] = left, **_: object) -> None:
                left[0] -= 1
                if left[0] == 0:
                    raise KeyboardInterrupt

            bucket.client.meta.events.register("before-call.s3", dying)
            with suppress(KeyboardInterrupt):
                site.swap(FIEL, beside, aside, "uno")
                done = True
            bucket.client.meta.events.unregister("before-call.s3", dying)
            assert any(octets == b"posterior" for _, octets in everything(bucket))
            if site.mark(FIEL) != "uno":
                restored(site, octets, NOON.replace(minute=1))
            assert dict(walked(bucket)) == {f"libro/{CLIENT}": b"restaurado", **receipt}
        assert cut > 10

    def test_a_half_that_a_kill_left_is_swept(self, site: Site, vault: Bucket) -> None:
        vault.put(f".horux/{naming.beside_name(FIEL, NOON)}/libro/{CLIENT}", b"a medias")
        assert (site.left_over(), site.sweep(), site.sweep()) == ((), 1, 0)

    @pytest.mark.parametrize("name", ["AAA010101AAA_x/private_key.key.enc", "otro", "libro/AAA010101AAA"])
    def test_takes_no_vault_of_folders(self, site: Site, vault: Bucket, name: str) -> None:
        octets = b"".join(archives.packed(iter({name: b"x"}.items())))
        with pytest.raises(NotRestorable), site.beside(FIEL, naming.beside_name(FIEL, NOON)) as trial:
            pour(trial, octets)
        assert dict(walked(vault)) == FILES


def everything(bucket: Bucket) -> list[tuple[str, bytes]]:
    """What restorings left, too."""
    return [(found.key, bucket.get(found.key)) for found in bucket.all()]


def restored(site: Site, octets: bytes, moment: datetime) -> None:
    with site.beside(FIEL, naming.beside_name(FIEL, moment)) as trial:
        pour(trial, octets)
    site.swap(FIEL, naming.beside_name(FIEL, moment), naming.aside_name(FIEL, moment), "uno")


class TestS3ReceiptKeeper(ReceiptKeeperContract):
    @pytest.fixture
    def folder(self, bucket: Bucket) -> str:
        name = "horux_lado_fiel_x"
        lay(bucket.below(".horux").below(name), {"recibos/uno/1.json": b"primero", "libro/uno": b"ancla"})
        return name

    @pytest.fixture
    def keeper(self, bucket: Bucket) -> ReceiptKeeper:
        return S3ReceiptKeeper(bucket)

    @pytest.fixture
    def packed(self) -> Packed:
        return lambda files: b"".join(archives.packed(iter(files.items())))

    @pytest.fixture
    def there(self, bucket: Bucket, folder: str) -> There:
        return lambda: dict(walked(bucket.below(".horux").below(folder)))
