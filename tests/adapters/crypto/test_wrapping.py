import shutil
import subprocess
from pathlib import Path

import pytest

from contracts.ports.manifest_signer import ManifestSignerContract
from contracts.ports.wrapping import PLAIN, WrappingContract, opened, sealed
from horux_adapters.crypto.manifest_signing import Ed25519ManifestSigner
from horux_adapters.crypto.sealing import VaultKeys
from horux_adapters.crypto.wrapping import AgeWrapping, new_pair, recipient
from horux_core.backups.errors import BackupFailed
from horux_core.backups.ports import ManifestSigner, Wrapping

OURS, OTHER = new_pair(), new_pair()


class TestAgeWrapping(WrappingContract):
    @pytest.fixture
    def wrapping(self) -> Wrapping:
        return AgeWrapping([OURS[1]])

    @pytest.fixture
    def key(self) -> str:
        return f"# de los respaldos\n\n{OURS[0]}\n"

    @pytest.fixture
    def stranger(self) -> str:
        return OTHER[0]

    def test_any_of_several_keys_opens(self) -> None:
        octets = sealed(AgeWrapping([OURS[1], OTHER[1]]))[0]
        assert opened(AgeWrapping([]), octets, OURS[0]) == opened(AgeWrapping([]), octets, OTHER[0]) == PLAIN

    def test_without_a_public_key_nothing_is_sealed(self) -> None:
        with pytest.raises(BackupFailed):
            sealed(AgeWrapping([]))

    @pytest.mark.parametrize("text", ["", "age1nada", OURS[0]], ids=["nada", "otra", "la-privada"])
    def test_what_is_no_public_key_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="pública de age"):
            recipient(text)

    def test_age_itself_opens_it(self, tmp_path: Path) -> None:
        """The private key serves without this program too."""
        if shutil.which("age") is None or shutil.which("zstd") is None:
            pytest.skip("faltan los programas age y zstd: apt-get install age zstd")
        file, key = tmp_path / "uno.age", tmp_path / "llave"
        file.write_bytes(sealed(AgeWrapping([OURS[1]]))[0])
        key.write_text(OURS[0])
        plain = subprocess.run(["age", "-d", "-i", str(key), str(file)], check=True, capture_output=True).stdout
        assert subprocess.run(["zstd", "-dc"], input=plain, check=True, capture_output=True).stdout == PLAIN


class TestEd25519ManifestSigner(ManifestSignerContract):
    @pytest.fixture
    def signer(self) -> ManifestSigner:
        return Ed25519ManifestSigner(VaultKeys(b"1" * 32, [b"2" * 32]))

    @pytest.fixture
    def former(self) -> ManifestSigner:
        return Ed25519ManifestSigner(VaultKeys(b"2" * 32))

    @pytest.fixture
    def other(self) -> ManifestSigner:
        return Ed25519ManifestSigner(VaultKeys(b"3" * 32))
