"""A receipt of destruction, as it is signed and as it is kept."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from horux_core.fiel.model import Destruction, Receipt, Signature
from horux_core.kernel.ids import TenantId

_NONE = "no es un recibo"


def signed_text(destruction: Destruction) -> dict[str, str]:
    """Its members, in the words of the JSON that is signed."""
    d = destruction
    return {
        "selloId": str(d.seal_id),
        "asiento": str(d.number),
        "empresaId": str(d.tenant),
        "rfc": d.rfc,
        "numeroCertificado": d.numero_certificado,
        "destruidaEn": d.destroyed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "destruidaPor": d.destroyed_by,
        "motivo": d.reason,
    }


def body(destruction: Destruction) -> bytes:
    """What is signed: that JSON without blanks, its members in alphabetical order, in ASCII."""
    return json.dumps(signed_text(destruction), sort_keys=True, separators=(",", ":")).encode()


def signature_text(signature: Signature) -> dict[str, str]:
    s = signature
    return {"llavePublica": s.public_key, "valor": s.value, "versionLlave": s.key_version}


def dumped(receipt: Receipt) -> bytes:
    told = {"recibo": signed_text(receipt.destruction), "firma": signature_text(receipt.signature)}
    return json.dumps(told).encode()


def loaded(octets: bytes) -> Receipt:
    """Raises ValueError for what does not say all that `dumped` writes, in the same texts: it may be anybody's."""
    try:
        kept: Mapping[str, Any] = json.loads(octets)
        told, proof = dict(kept["recibo"]), dict(kept["firma"])
        receipt = _made_out(told, proof)
        texts = all(isinstance(text, str) for text in (*told.values(), *proof.values()))
        same = (signed_text(receipt.destruction), signature_text(receipt.signature)) == (told, proof)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(_NONE) from error
    if not (texts and same):
        raise ValueError(_NONE)
    return receipt


def _made_out(told: Mapping[str, Any], proof: Mapping[str, Any]) -> Receipt:
    done = Destruction(
        UUID(told["selloId"]),
        int(told["asiento"]),
        TenantId(UUID(told["empresaId"])),
        told["rfc"],
        told["numeroCertificado"],
        datetime.fromisoformat(told["destruidaEn"]),
        told["destruidaPor"],
        told["motivo"],
    )
    return Receipt(done, Signature(proof["versionLlave"], proof["llavePublica"], proof["valor"]))
