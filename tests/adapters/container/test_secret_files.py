"""Secrets that come in files, as systemd and container engines hand them over."""

from pathlib import Path

import pytest

from horux_adapters.container.secret_files import SecretFileUnfit, with_files

_KNOWN = ("JWT_SECRET", "SMTP_PASS", "PORT")
_VALUE = "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"


def _file(folder: Path, name: str, content: str = _VALUE + "\n") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_reads_the_file_a_variable_points_to(tmp_path: Path) -> None:
    env = with_files({"JWT_SECRET_FILE": str(_file(tmp_path, "jwt")), "PORT": "1"}, _KNOWN)
    assert env == {"JWT_SECRET": _VALUE, "PORT": "1"}


@pytest.mark.parametrize("name", ["JWT_SECRET", "horux_JWT_SECRET"])
def test_reads_what_systemd_loaded(tmp_path: Path, name: str) -> None:
    _file(tmp_path, name)
    _file(tmp_path, "nothing_of_ours")
    assert with_files({"CREDENTIALS_DIRECTORY": str(tmp_path)}, _KNOWN) == {"JWT_SECRET": _VALUE}


def test_a_file_for_another_program_is_left_alone(tmp_path: Path) -> None:
    env = {"OTHER_FILE": str(tmp_path / "missing")}
    assert with_files(env, _KNOWN) == env


@pytest.mark.parametrize("other", [{"JWT_SECRET": _VALUE}, {"JWT_SECRET_FILE": "/elsewhere"}])
def test_refuses_a_secret_that_comes_twice(tmp_path: Path, other: dict[str, str]) -> None:
    _file(tmp_path, "JWT_SECRET")
    with pytest.raises(SecretFileUnfit, match="deja un") as refused:
        with_files({"CREDENTIALS_DIRECTORY": str(tmp_path), **other}, _KNOWN)
    assert refused.value.variable == "JWT_SECRET"


def test_an_empty_file_is_a_missing_secret(tmp_path: Path) -> None:
    assert with_files({"SMTP_PASS_FILE": str(_file(tmp_path, "p", "\n"))}, _KNOWN) == {"SMTP_PASS": ""}


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * (64 * 1024 + 1)])
def test_refuses_what_is_no_secret_and_repeats_none_of_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p"
    path.write_bytes(content)
    with pytest.raises(SecretFileUnfit) as refused:
        with_files({"SMTP_PASS_FILE": str(path)}, _KNOWN)
    assert "aaa" not in str(refused.value)
    assert str(path) not in str(refused.value)


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SecretFileUnfit, match="permisos"):
        with_files({"SMTP_PASS_FILE": str(tmp_path / "none")}, _KNOWN)
    with pytest.raises(SecretFileUnfit, match="carpeta"):
        with_files({"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}, _KNOWN)
