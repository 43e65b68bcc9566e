"""The long work: what runs, what waits, and what failed and can be done again."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, SkipValidation

from horux_core.jobs.errors import JobUnrepeatable
from horux_core.jobs.model import JobState
from horux_core.kernel.ids import JobId
from horux_core.kernel.pages import Page
from horux_core.operations.overseeing import NameClients
from horux_core.operations.purging import JOBS
from horux_core.operations.working import BrowseJobs, RetryJob, repeatable
from horux_http.browser.given import Framed, Sent
from horux_http.op import words
from horux_http.op.asking import OPERATION, Asked, address

PATH = "/op/trabajos"


class TrabajosPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        browse_jobs: NamedDependency[SkipValidation[BrowseJobs]],
        name_clients: NamedDependency[SkipValidation[NameClients]],
        estado: FromQuery[str] = "",
        cursor: FromQuery[str | None] = None,
    ) -> Response[str]:
        asked = Asked({"estado": estado})
        state = asked.one_of("estado", JobState)
        seen = browse_jobs(frame.actor, state, cursor)
        page = Page((), None) if asked.wrong else seen.page
        given = {"estado": state}
        return frame.page(
            "op/trabajos.html",
            status=asked.status,
            refused=asked.refused,
            jobs=page.items,
            names=name_clients(frame.actor, (job.tenant for job in page.items)),
            counts={each: seen.tally.counts.get(each, 0) for each in JobState},
            oldest=seen.tally.waiting_since,
            state=state,
            kept=sum(seen.tally.counts.values()),
            of=JobState,
            states=words.JOBS,
            kinds=words.JOB_KINDS,
            repeatable=repeatable,
            days=JOBS.days,
            to=lambda **changed: address(PATH, given, **changed),
            first=address(PATH, given) if cursor else "",
            next=address(PATH, given, cursor=page.next_cursor) if page.next_cursor else "",
        )

    @post("/{job:uuid}/reintentar", sync_to_thread=True)
    def retry(
        self,
        frame: Framed,
        job: FromPath[UUID],
        form: Sent,
        retry_job: NamedDependency[SkipValidation[RetryJob]],
    ) -> Response[bytes]:
        try:
            retry_job(frame.actor, form["rfc"], JobId(job))
        except JobUnrepeatable as error:
            return frame.go(PATH, str(error))
        return frame.go(PATH, "El trabajo empieza otra vez en unos segundos.")
