from horux_core.kernel.errors import NotFound


class JobMissing(NotFound):
    code = "job-missing"
    title = "Carga no encontrada"
