"""What tests ask of a document that was read, or refused."""

import pytest

from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.cfdi.model import Cfdi


def codes(cfdi: Cfdi) -> list[str]:
    return [a.codigo for a in cfdi.advertencias]


def refusal(content: bytes) -> CfdiRejected:
    with pytest.raises(CfdiRejected) as caught:
        read_cfdi(content)
    return caught.value
