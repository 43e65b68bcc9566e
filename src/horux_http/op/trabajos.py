"""The long work: what runs, what waits, and what failed."""

from collections import Counter

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation

from horux_core.jobs.model import JobState
from horux_core.operations.overseeing import NameClients
from horux_core.tenancy.watching import WatchJobs
from horux_http.op import words
from horux_http.op.asking import OPERATION, Framed, address, one_of

PATH = "/op/trabajos"


class TrabajosPages(Controller):
    path = PATH
    opt = OPERATION

    @get(sync_to_thread=True)
    def show(
        self,
        frame: Framed,
        watch_jobs: NamedDependency[SkipValidation[WatchJobs]],
        name_clients: NamedDependency[SkipValidation[NameClients]],
        estado: FromQuery[str] = "",
    ) -> Response[str]:
        state, every = one_of(JobState, estado), watch_jobs(frame.actor)
        waiting = [job for job in every if job.state is JobState.EN_COLA]
        return frame.page(
            "op/trabajos.html",
            jobs=[job for job in every if state in (None, job.state)][:_MOST],
            names=name_clients(frame.actor, (job.tenant for job in every)),
            counts=Counter(job.state for job in every),
            shown=len(every),
            oldest=min((job.created_at for job in waiting), default=None),
            state=state.value if state else "",
            states=words.JOBS,
            kinds=words.JOB_KINDS,
            to=lambda **changed: address(PATH, {}, **changed),
        )


_MOST = 100
