"""What a process shows of itself, and to whom."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from horux_adapters.container import backup_settings, vault_settings


class TelemetrySettings(backup_settings.BackupSettings, frozen=True, kw_only=True, rename="upper"):
    """The ports of the metrics, where traces go and how many of them, and the certificate the proxy serves with."""

    metrics_port: Annotated[int, msgspec.Meta(ge=1, le=65534)] | None = None
    otel_exporter_otlp_endpoint: str | None = None
    otel_traces_sampler_arg: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    tls_certificate: Path | None = None


def endpoint(text: str) -> str:
    """Raises ValueError with the Spanish reason."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError("debe ser como http://127.0.0.1:4318: quien recibe las trazas por OTLP sobre HTTP")
    return text.rstrip("/")


def ratio(text: str) -> float:
    """Raises ValueError with the Spanish reason."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ValueError("debe ser la parte de las solicitudes que se traza, de 0 a 1")
    return value


READERS: Mapping[str, Callable[[str], object]] = {
    **backup_settings.READERS,
    "otel_exporter_otlp_endpoint": endpoint,
    "otel_traces_sampler_arg": ratio,
    "tls_certificate": vault_settings.place,
}
