"""Where files are kept, as the settings say."""

import subprocess
import sys

import pytest

from horux_adapters.container.filing import bucket, stores
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import SettingsInvalid, load
from horux_adapters.s3.fiel_copies import S3SealedFolders
from horux_adapters.s3.spool import S3Spool
from tests.adapters.container.test_settings import FIEL, LEAST, PRODUCTION, wrong

STORE = {
    "FILES": "s3", "S3_ENDPOINT": "https://s3.ejemplo.mx", "S3_BUCKET": "horux-archivos",
    "S3_ACCESS_KEY": "AKIAQ7TX4", "S3_SECRET_KEY": "p9Vd2LmQ6sXz8Rk1",
}  # fmt: skip


def test_nothing_is_asked_of_who_keeps_files_in_folders() -> None:
    settings = load(PRODUCTION)
    assert (settings.files, settings.vault_kept, settings.backups_kept) == ("filesystem",) * 3
    assert stores(settings) == ()


@pytest.mark.parametrize("which", [{"FILES": "s3"}, {"BACKUP_FILES": "s3"}])
def test_a_store_needs_its_address_its_bucket_and_both_keys(which: dict[str, str]) -> None:
    assert list(wrong({**LEAST, **which})) == ["S3_ACCESS_KEY", "S3_BUCKET", "S3_ENDPOINT", "S3_SECRET_KEY"]


def test_backups_go_where_files_go_unless_it_is_said() -> None:
    assert load({**PRODUCTION, **STORE}).backups_kept == "s3"
    assert load({**PRODUCTION, **STORE, "BACKUP_FILES": "filesystem"}).backups_kept == "filesystem"
    apart = load({**PRODUCTION, **STORE, "S3_BACKUP_BUCKET": "horux-respaldos"})
    assert [each.name for each in stores(apart)] == ["horux-archivos", "horux-respaldos"]


@pytest.mark.parametrize(
    "address",
    ["s3.ejemplo.mx", "ftp://s3.mx", "https://llave:clave@s3.mx", "https://s3.mx/cubeta", "https://s3.mx?x=1"],
)
def test_refuses_an_address_that_is_none_or_holds_more(address: str) -> None:
    refused = wrong({**LEAST, **STORE, "S3_ENDPOINT": address})
    assert list(refused) == ["S3_ENDPOINT"]
    assert "clave@" not in refused["S3_ENDPOINT"]


@pytest.mark.parametrize("name", ["Mayúsculas", "a", "../otra", "con/diagonal", "x" * 64])
def test_refuses_a_name_that_is_no_bucket(name: str) -> None:
    assert list(wrong({**LEAST, **STORE, "S3_BUCKET": name})) == ["S3_BUCKET"]


def test_production_sends_nothing_in_clear_to_another_machine() -> None:
    assert list(wrong({**PRODUCTION, **STORE, "S3_ENDPOINT": "http://s3.ejemplo.mx"})) == ["S3_ENDPOINT"]
    for address in ("http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"):
        assert load({**PRODUCTION, **STORE, "S3_ENDPOINT": address})


def test_its_secret_is_no_other_and_no_sample_and_is_never_shown() -> None:
    assert "S3_SECRET_KEY" in wrong({**PRODUCTION, **STORE, "S3_SECRET_KEY": PRODUCTION["SMTP_PASS"]})
    assert list(wrong({**PRODUCTION, **STORE, "S3_SECRET_KEY": "<tu-clave>"})) == ["S3_SECRET_KEY"]
    settings = load({**PRODUCTION, **STORE})
    assert STORE["S3_SECRET_KEY"] not in repr(settings) + repr(bucket(settings))
    assert STORE["S3_ACCESS_KEY"] not in repr(settings) + repr(bucket(settings))


def test_the_setting_chooses_the_adapters() -> None:
    with opened(load({**PRODUCTION, **STORE, "FIEL_ENCRYPTION_KEY": FIEL})) as product:
        assert isinstance(product.gateways.spool(), S3Spool)
        assert isinstance(product.gateways.sealed_folders(), S3SealedFolders)
        assert product.gateways.spool().bucket.prefix == "cargas/"


def test_no_bucket_without_its_settings() -> None:
    with pytest.raises(SettingsInvalid):
        bucket(load(PRODUCTION))


def test_who_keeps_files_in_folders_does_not_pay_for_the_store_s_library() -> None:
    code = (
        "import sys; from horux_adapters.container.horux import Horux;"
        "from horux_adapters.container.settings import load;"
        f"Horux(settings=load({LEAST!r})).gateways.spool(); print('botocore' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
