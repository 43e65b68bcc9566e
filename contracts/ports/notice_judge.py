"""What every NoticeJudge promises; a subclass brings `judge`, one `without_secret`, and `genuine`: a signed notice."""

from dataclasses import dataclass, replace

import pytest

from horux_core.billing.gateway import Notice, Verdict
from horux_core.billing.ports import NoticeJudge


@dataclass(frozen=True)
class Sent:
    """A notice about `reference`, as it is sent."""

    reference: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def judged_by(self, judge: NoticeJudge) -> Notice:
        return judge.judge(self.query, self.headers, self.body)


class NoticeJudgeContract:
    def test_knows_the_providers_own(self, judge: NoticeJudge, genuine: Sent) -> None:
        found = genuine.judged_by(judge)
        assert (found.verdict, found.reference) == (Verdict.OK, genuine.reference)
        assert found.topic

    def test_refuses_one_that_is_not_signed(self, judge: NoticeJudge, genuine: Sent) -> None:
        found = replace(genuine, headers=()).judged_by(judge)
        assert not found.verdict.genuine
        assert found.reference is None

    def test_refuses_a_signature_of_something_else(self, judge: NoticeJudge, genuine: Sent) -> None:
        meddled = genuine.query.replace(genuine.reference, genuine.reference[::-1])
        assert meddled != genuine.query
        assert not replace(genuine, query=meddled).judged_by(judge).verdict.genuine

    def test_without_a_secret_nothing_is_genuine(self, without_secret: NoticeJudge, genuine: Sent) -> None:
        assert genuine.judged_by(without_secret).verdict is Verdict.NOT_CONFIGURED

    @pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff\x00", b'{"data": 1e999}', b'{"type": {"a": []}}'])
    def test_judges_whatever_is_sent(self, judge: NoticeJudge, genuine: Sent, body: bytes) -> None:
        for query in ("", "&&=&%00=%ff", genuine.query, "\udc80=\x00"):
            assert not Sent("", query, (("x-signature", "\x00,=,"),), body).judged_by(judge).verdict.genuine
