from pathlib import Path

import pytest

from contracts.efirmas import an_autoridad, an_efirma
from contracts.ports.inspector import pem
from horux_adapters.container.inspecting import inspector
from horux_adapters.container.settings import Settings, SettingsInvalid, load
from horux_core.fiel.errors import FielIssuerUnknown
from horux_core.fiel.model import Cadena


def settings(folder: str = "") -> Settings:
    return load({"STORAGE": "memory", "JWT_SECRET": "0123456789abcdef0123456789abcdef", "SAT_CA_DIR": folder})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "LEEME.txt").write_text("nada que ver")
    return tmp_path


def test_without_the_setting_nothing_is_checked() -> None:
    assert inspector(settings()).chain(an_efirma().cer) is Cadena.NO_REVISADA


def test_a_folder_without_a_certificate_stops_the_start(folder: Path) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        inspector(settings(str(folder)))
    assert refused.value.problems == {"SAT_CA_DIR": "no tiene ningún .cer, .crt o .pem"}


@pytest.mark.parametrize("name", ["AC5_SAT.cer", "ac5.CRT", "ac5.pem"])
def test_an_authority_that_was_placed_is_trusted(folder: Path, name: str) -> None:
    der = an_autoridad().cer
    (folder / name).write_bytes(pem("CERTIFICATE", der) if name.endswith("pem") else der)
    assert inspector(settings(str(folder))).chain(an_efirma().cer) is Cadena.REVISADA


def test_any_of_several_will_do_also_in_one_file(folder: Path) -> None:
    both = [pem("CERTIFICATE", an_autoridad(number=number).cer) for number in (91, 90)]
    (folder / "todas.pem").write_bytes(b"".join(both))
    assert inspector(settings(str(folder))).chain(an_efirma().cer) is Cadena.REVISADA


def test_once_one_is_placed_others_are_refused(folder: Path) -> None:
    (folder / "otra.cer").write_bytes(an_autoridad(number=91).cer)
    with pytest.raises(FielIssuerUnknown):
        inspector(settings(str(folder))).chain(an_efirma().cer)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"hola", "mala.cer no es un certificado que se pueda leer"),
        (
            an_autoridad().cer.replace(b"\x30\x03\x01\x01\xff", b"\x30\x03\x01\x01\x00"),
            "mala.cer no es el certificado de una autoridad",
        ),
        (b"-----BEGIN CERTIFICATE-----\nhola", "mala.cer no es un certificado que se pueda leer"),
        (an_efirma().cer, "mala.cer no es el certificado de una autoridad"),
        (an_autoridad(ca=False).cer, "mala.cer no es el certificado de una autoridad"),
    ],
    ids=["nothing", "says-it-is-none", "broken-pem", "an-efirma", "no-authority"],
)
def test_a_file_that_is_no_authority_stops_the_start(folder: Path, content: bytes, why: str) -> None:
    (folder / "buena.cer").write_bytes(an_autoridad().cer)
    (folder / "mala.cer").write_bytes(content)
    with pytest.raises(SettingsInvalid) as refused:
        inspector(settings(str(folder)))
    assert refused.value.problems == {"SAT_CA_DIR": why}


def test_a_folder_that_is_not_there_stops_the_start(folder: Path) -> None:
    for missing in (folder / "no", folder / "LEEME.txt"):
        with pytest.raises(SettingsInvalid) as refused:
            inspector(settings(str(missing)))
        assert refused.value.problems == {"SAT_CA_DIR": "no es una carpeta que se pueda leer"}
