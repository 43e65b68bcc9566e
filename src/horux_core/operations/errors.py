from horux_core.kernel.errors import Conflict, NotFound


class DutyMissing(NotFound):
    """No duty has that name."""

    code = "duty-missing"
    title = "Deber desconocido"


class DutyUnderWay(Conflict):
    """Another process is at it."""

    code = "duty-under-way"
    title = "Deber en curso"
