from dataclasses import dataclass

from horux_core.identity.model import Actor, Permission
from horux_core.jobs.model import Job
from horux_core.jobs.ports import Jobs

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WatchJobs:
    """The newest jobs of all taxpayers, for the operator's staff."""

    jobs: Jobs

    def __call__(self, actor: Actor) -> tuple[Job, ...]:
        actor.require(Permission.OPERATE)
        return self.jobs.recent(_SHOWN)
