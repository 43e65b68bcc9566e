"""The vault's keys and its place, as the settings say."""

from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.boveda import a_seal, some_pieces
from horux_adapters.container.horux import opened
from horux_adapters.container.settings import Secret, Settings, SettingsInvalid, load
from horux_adapters.container.vaulting import anchors, keys, sealed_folders
from horux_adapters.crypto.sealing import VaultKeys, version
from horux_core.fiel.model import EMPTY, Component
from horux_core.fiel.pieces import written
from horux_core.kernel.ids import TenantId
from tests.adapters.container.test_settings import FIEL, LEAST, PRODUCTION, wrong

OLD = "1f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f2"
OLDER = "2f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f3"


def test_production_needs_a_key() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "FIEL_ENCRYPTION_KEY"}
    assert list(wrong(without)) == ["FIEL_ENCRYPTION_KEY"]


def test_older_keys_stay_readable() -> None:
    settings = load({**PRODUCTION, "FIEL_ENCRYPTION_KEYS_OLD": f"{OLD}, {OLDER.upper()}"})
    assert settings.fiel_encryption_keys_old == (Secret(OLD), Secret(OLDER))
    held = keys(settings)
    assert held.current == version(bytes.fromhex(FIEL))
    assert held.each(b"x").keys() == {version(bytes.fromhex(key)) for key in (FIEL, OLD, OLDER)}
    assert OLD not in repr(settings)


@pytest.mark.parametrize("old", ["zz", f"{OLD},{OLD}", FIEL, f"{OLD},{FIEL.upper()}", f"{OLD},corta"])
def test_refuses_older_keys_that_do_not_serve(old: str) -> None:
    assert list(wrong({**PRODUCTION, "FIEL_ENCRYPTION_KEYS_OLD": old})) == ["FIEL_ENCRYPTION_KEYS_OLD"]


def test_an_older_key_may_be_no_other_secret() -> None:
    assert list(wrong({**LEAST, "JWT_SECRET": OLD, "FIEL_ENCRYPTION_KEY": FIEL, "FIEL_ENCRYPTION_KEYS_OLD": OLD})) == [
        "FIEL_ENCRYPTION_KEYS_OLD"
    ]
    assert list(wrong({**LEAST, "FIEL_ENCRYPTION_KEYS_OLD": OLD})) == ["FIEL_ENCRYPTION_KEY"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_ADMIN_URL", "DATABASE_DIRECT_URL"])
@pytest.mark.parametrize("shown", [FIEL, FIEL.upper(), "%30" + FIEL[1:]])
def test_nor_the_key_the_password_of_a_database(name: str, shown: str) -> None:
    address = f"postgresql://horux:{shown}@db/horux360"
    refused = wrong({**PRODUCTION, name: address})
    assert list(refused) == ["FIEL_ENCRYPTION_KEY"]
    assert name in refused["FIEL_ENCRYPTION_KEY"]
    address = address.replace(shown, OLD)
    assert list(wrong({**PRODUCTION, name: address, "FIEL_ENCRYPTION_KEYS_OLD": OLD})) == ["FIEL_ENCRYPTION_KEYS_OLD"]
    assert load({**PRODUCTION, name: address})


def test_its_place_is_the_design_s_in_production_and_the_data_folder_s_else(tmp_path: Path) -> None:
    assert load(PRODUCTION).vault_dir == Path("/var/horux/fiel")
    assert load({**LEAST, "DATA_DIR": str(tmp_path)}).vault_dir == tmp_path / "fiel"
    assert load({**PRODUCTION, "FIEL_DIR": "/srv/fiel"}).vault_dir == Path("/srv/fiel")


@pytest.mark.parametrize("name", ["FIEL_DIR", "SAT_CA_DIR"])
@pytest.mark.parametrize("place", ["fiel", "./fiel", "../fiel", "~/fiel"])
def test_a_place_that_depends_on_where_a_process_starts_is_refused(name: str, place: str) -> None:
    assert list(wrong({**PRODUCTION, name: place})) == [name]


def on_disk(place: Path) -> Settings:
    return load({**LEAST, "FIEL_ENCRYPTION_KEY": FIEL, "FIEL_DIR": str(place)})


def test_the_start_refuses_a_place_that_others_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with opened(on_disk(tmp_path)) as horux, pytest.raises(SettingsInvalid) as refused:
        horux.gateways.safe()
    assert refused.value.problems.keys() == {"FIEL_DIR"}
    assert "755" in str(refused.value)
    tmp_path.chmod(0o700)
    assert sealed_folders(on_disk(tmp_path)).root == tmp_path


def test_the_start_refuses_to_do_without_a_key_where_something_is_kept() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        keys(load(LEAST))
    assert refused.value.problems.keys() == {"FIEL_ENCRYPTION_KEY"}


def test_in_memory_it_makes_one_that_ends_with_the_process() -> None:
    settings = load({"JWT_SECRET": LEAST["JWT_SECRET"], "STORAGE": "memory"})
    assert keys(settings).current != keys(settings).current


def test_a_key_that_is_needed_and_not_held_is_said_at_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    settings = on_disk(tmp_path)
    older = VaultKeys(bytes.fromhex(OLD))
    tenant = TenantId(uuid4())
    anchors(settings, older).put(tenant, EMPTY)
    folder = tmp_path / f"CAS2408138W2_{tenant}"
    folder.mkdir()
    for name, octets in (("password.enc", written(some_pieces(a_seal())[Component.PASSWORD])), ("otro.enc", b"x")):
        (folder / name).write_bytes(octets)
        (folder / name).chmod(0o600)
    with capture_logs() as logs:
        anchors(settings, keys(settings))
    (told,) = logs
    assert told["log_level"] == "error"
    assert told["versiones"] == sorted((older.current, a_seal().key_version))
    (folder / "password.enc").unlink()
    with capture_logs() as logs:
        anchors(settings, older)
    assert logs == []
