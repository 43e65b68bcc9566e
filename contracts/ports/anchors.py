"""What every Anchors promises; a subclass brings the `anchors` fixture."""

from uuid import uuid4

from horux_core.fiel.model import EMPTY, Head
from horux_core.fiel.ports import Anchors
from horux_core.kernel.ids import TenantId


class AnchorsContract:
    def test_gives_back_the_last_of_each_client(self, anchors: Anchors) -> None:
        tenant, other = TenantId(uuid4()), TenantId(uuid4())
        assert anchors.get(tenant) is None
        assert anchors.owners() == frozenset()
        last = Head(10**15, "ab" * 32)
        for head in (EMPTY, Head(1, "cd" * 32), last):
            anchors.put(tenant, head)
            assert anchors.get(tenant) == head
        anchors.put(other, EMPTY)
        assert (anchors.get(tenant), anchors.get(other)) == (last, EMPTY)
        assert anchors.owners() == {tenant, other}
