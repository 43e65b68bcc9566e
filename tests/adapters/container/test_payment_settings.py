from pathlib import Path

import msgspec
import pytest

from horux_adapters.container.horux import opened
from horux_adapters.container.settings import Settings, SettingsInvalid, load
from horux_adapters.memory.payment_gateway import MemoryPaymentGateway
from horux_adapters.mercadopago.gateway import MercadoPagoPaymentGateway

LEAST = {"STORAGE": "memory", "MAIL": "memory", "JWT_SECRET": "q8Zr2kW0vN5tYb7Xc3Lm9Pd1Fs6Gh4Jw"}
TOKEN = "APP_USR-4000000000000001-112500-5e1f"
CHARGING = {
    "PAYMENTS": "mercadopago",
    "MP_ACCESS_TOKEN": TOKEN,
    "MP_WEBHOOK_SECRET": "viejo-7f3a91c2d4e5, nuevo-9b2c4d6e8f01",
}
PRODUCTION = {
    **CHARGING,
    "HORUX_ENV": "production",
    "JWT_SECRET": LEAST["JWT_SECRET"],
    "DATABASE_ROLE_SECRET": "u1Te6Ry2Ui8Op4As0Df5Gh9Jk3Lz7Xcv",
    "FIEL_ENCRYPTION_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f1",
    "DATABASE_URL": "postgresql://horux:Qx7v@db/horux360",
    "CORS_ORIGIN": "https://horux360.mx, https://otro.mx",
    "MAIL": "folder",
}


def wrong(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsInvalid) as refused:
        load(env)
    return refused.value.problems


def in_memory(data_dir: Path, **more: str) -> Settings:
    return load({**LEAST, "DATA_DIR": str(data_dir), **more})


def test_charges_by_the_provider_when_its_key_is_there() -> None:
    assert load(LEAST).payments == "transferencia"
    given = {name: value for name, value in CHARGING.items() if name != "PAYMENTS"}
    assert load({**LEAST, **given}).payments == "mercadopago"
    assert load({**LEAST, **given, "PAYMENTS": "transferencia"}).payments == "transferencia"


def test_reads_what_the_provider_s_panel_gives() -> None:
    settings = load({**PRODUCTION, "MP_API_URL": "https://mp.horux360.mx/v/"})
    assert [secret.reveal() for secret in settings.mp_webhook_secret] == ["viejo-7f3a91c2d4e5", "nuevo-9b2c4d6e8f01"]
    assert settings.mp_api_url == "https://mp.horux360.mx/v"
    assert settings.payer_url == "https://horux360.mx/configuracion"
    assert load(PRODUCTION).mp_api_url == "https://api.mercadopago.com"


@pytest.mark.parametrize("name", ["MP_ACCESS_TOKEN", "MP_WEBHOOK_SECRET"])
@pytest.mark.parametrize("value", ["", " "])
def test_starts_no_charging_without_its_secrets(name: str, value: str) -> None:
    assert wrong({**LEAST, **CHARGING, name: value}).keys() == {name}


def test_a_list_of_no_secrets_is_none() -> None:
    assert wrong({**LEAST, **CHARGING, "MP_WEBHOOK_SECRET": " , "}).keys() == {"MP_WEBHOOK_SECRET"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MP_ACCESS_TOKEN", "<mercadopago_access_token>"),
        ("MP_WEBHOOK_SECRET", "viejo-7f3a91c2d4e5,<webhook_signature_secret>"),
        ("MP_API_URL", "http://127.0.0.1:8900"),
        ("CORS_ORIGIN", ""),
        ("PAYMENTS", "memory"),
    ],
)
def test_production_refuses_what_does_not_charge(name: str, value: str) -> None:
    assert wrong({**PRODUCTION, name: value}).keys() == {name}


@pytest.mark.parametrize(
    "value", ["api.mercadopago.com", "ftp://mp.mx", "https://", "https://a:b@mp.mx", "https://mp.mx?x=1", "https://m#x"]
)
def test_refuses_what_is_no_address(value: str) -> None:
    assert wrong({**LEAST, "MP_API_URL": value}).keys() == {"MP_API_URL"}


def test_shows_no_secret() -> None:
    settings = load({**LEAST, **CHARGING})
    shown = f"{settings!r} {settings} {msgspec.structs.asdict(settings)}"
    assert not any(secret in shown for secret in (TOKEN, "viejo-7f3a91c2d4e5", "nuevo-9b2c4d6e8f01"))


def test_a_setting_chooses_who_charges(tmp_path: Path) -> None:
    with opened(in_memory(tmp_path, **CHARGING)) as horux:
        assert isinstance(horux.gateways.links(), MercadoPagoPaymentGateway)
        assert horux.gateways.links() is horux.gateways.links()
        assert horux.gateways.notice_judge().secrets == ("viejo-7f3a91c2d4e5", "nuevo-9b2c4d6e8f01")
        assert TOKEN not in f"{horux.gateways.links()!r}"
        assert "7f3a" not in f"{horux.gateways.notice_judge()!r}"
    with opened(in_memory(tmp_path, PAYMENTS="memory")) as horux:
        assert isinstance(horux.gateways.links(), MemoryPaymentGateway)
