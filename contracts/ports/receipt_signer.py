"""What every ReceiptSigner promises; a subclass brings the `signer` fixture."""

from dataclasses import replace

from horux_core.fiel.ports import ReceiptSigner

BODY = b'{"rfc":"CAS2408138W2"}'


class ReceiptSignerContract:
    def test_knows_its_own_signature(self, signer: ReceiptSigner) -> None:
        signature = signer.sign(BODY)
        assert signer.valid(BODY, signature)
        assert signer.sign(BODY).public_key == signature.public_key

    def test_knows_no_other(self, signer: ReceiptSigner) -> None:
        signature = signer.sign(BODY)
        assert not signer.valid(BODY + b" ", signature)
        for field in ("key_version", "public_key", "value"):
            text: str = getattr(signature, field)
            for touched in (text[:-1] + ("0" if text[-1] != "0" else "1"), text[:-2], "", "no es hexadecimal"):
                assert not signer.valid(BODY, replace(signature, **{field: touched}))
