"""What every ManifestSigner promises; a subclass brings `signer`, `former` (under a key it still holds) and `other`."""

from horux_core.backups.ports import ManifestSigner

BODY = b'{"respaldo":"uno"}'


class ManifestSignerContract:
    def test_knows_its_own_signatures_and_those_of_former_keys(
        self, signer: ManifestSigner, former: ManifestSigner
    ) -> None:
        assert signer.valid(BODY, signer.sign(BODY))
        assert signer.valid(BODY, former.sign(BODY))
        assert signer.public != former.public

    def test_knows_no_other_body_nor_signer(self, signer: ManifestSigner, other: ManifestSigner) -> None:
        assert not signer.valid(BODY + b" ", signer.sign(BODY))
        assert not signer.valid(BODY, other.sign(BODY))
        for signature in ("", "zz", "00" * 64, other.public):
            assert not signer.valid(BODY, signature)

    def test_trusts_one_more_when_told(self, signer: ManifestSigner, other: ManifestSigner) -> None:
        assert signer.valid(BODY, other.sign(BODY), other.public)
        assert not signer.valid(BODY + b" ", other.sign(BODY), other.public)
        assert not signer.valid(BODY, other.sign(BODY), "no es una llave")
        assert not signer.valid(BODY, other.sign(BODY), signer.public)
