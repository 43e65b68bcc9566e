import pytest

from contracts.efirmas import an_efirma
from contracts.ports.inspector import InspectorContract, Trusting
from horux_adapters.crypto.certificates import Certificate
from horux_adapters.crypto.fiel import X509Inspector
from horux_core.fiel.ports import Inspector


class TestX509Inspector(InspectorContract):
    @pytest.fixture
    def inspector(self) -> Inspector:
        return X509Inspector()

    @pytest.fixture
    def trusting(self) -> Trusting:
        return lambda authority: X509Inspector([Certificate.read(authority)])

    def test_the_library_alone_cannot_read_the_sat_s_letters(self) -> None:
        """While this holds, our own reader is needed; when it no longer does, it can go."""
        with pytest.raises(ValueError, match="subject"):
            _ = Certificate.read(an_efirma(nombre="COMPAÑÍA").cer).loaded.subject
