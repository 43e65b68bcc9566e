"""What a doctor asks of a store: whether it serves, what it keeps of what was deleted, and what lies there."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

from horux_adapters.s3.bucket import Bucket
from horux_adapters.s3.fiel_copies import CURRENT, unpacked
from horux_adapters.s3.troubles import ObjectMissing, StoreTrouble
from horux_core.fiel.model import Component
from horux_core.kernel.errors import Unavailable

_KEYS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "403", "Forbidden"})
_AT_ONCE = 16
_NAMED = re.compile(rb"HORUX-(?:LIBRO 1|FIEL 1 AES-256-GCM) ([0-9a-f]{8}) ")


def trouble(bucket: Bucket) -> str | None:
    """Why it does not serve, in a sentence; None when an object comes and goes. It repeats no key."""
    probe = bucket.below("prueba")
    name, octets = str(uuid4()), b"horux"
    try:
        probe.put(name, octets)
        found = any(each.key == name for each in probe.all())
        same, shown = probe.get(name) == octets, probe.open_to_all(name)
        probe.delete(name)
    except ObjectMissing:
        return f"El bucket {bucket.name} no devuelve lo que se acaba de escribir."
    except StoreTrouble as error:
        return _said(bucket.name, str(error))
    if not found or not same:
        return f"El bucket {bucket.name} no enseña lo que se acaba de escribir: hace falta un almacén consistente."
    if shown:
        return f"El bucket {bucket.name} está abierto: cualquiera lee lo que guarda, sin clave. Hazlo privado."
    return _versions_kept(bucket)


def whole_copies(vault: Bucket) -> frozenset[str]:
    """The ids of the clients whose e.firma lies there with all its components. Raises Unavailable."""
    found = _read(vault, "copias/", f"/{CURRENT}")
    return frozenset(key.split("/")[1] for key, octets in found if len(unpacked(octets)) == len(Component))


def versions(vault: Bucket) -> frozenset[str]:
    """Which of the vault's keys what is there was written under. Raises Unavailable."""
    texts = (octets for folder in ("copias/", "libro/") for _, octets in _read(vault, folder, ""))
    return frozenset(each.decode() for octets in texts for each in _NAMED.findall(octets))


def _read(vault: Bucket, folder: str, ending: str) -> Iterator[tuple[str, bytes]]:
    def one(key: str) -> tuple[str, bytes]:
        with suppress(ObjectMissing):
            return key, vault.get(key)
        return key, b""

    try:
        keys = [found.key for found in vault.all(folder) if found.key.endswith(ending)]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="horux-almacen") as threads:
            yield from threads.map(one, keys)
    except StoreTrouble as error:
        raise Unavailable(_said(vault.name, str(error))) from error


def _versions_kept(bucket: Bucket) -> str | None:
    with suppress(StoreTrouble):
        if bucket.keeps_versions():
            return (
                f"El bucket {bucket.name} guarda versiones: las e.firmas destruidas y los respaldos retirados "
                "seguirían ahí."
            )
    return None


def _said(name: str, code: str) -> str:
    if code in _KEYS:
        return f"El almacén no acepta S3_ACCESS_KEY y S3_SECRET_KEY, o no les deja usar {name} ({code})."
    if code == "RequestTimeTooSkewed":
        return "El almacén no acepta la hora de este equipo: sincroniza su reloj."
    if code == "NoSuchBucket":
        return f"En el almacén no está el bucket {name}."
    return f"El almacén de {name} no responde bien ({code})."
