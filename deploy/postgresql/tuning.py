#!/usr/bin/env python3
"""Prints PostgreSQL's configuration for a machine of so much memory and so many cores, or what the service takes of it.

The design's figures (shared_buffers 4 GB, effective_cache_size 16 GB, work_mem 16 MB, maintenance_work_mem 512 MB) are
those of a machine of 20 GB; others scale with the memory. The standard library alone: it runs before anything else.
"""

import argparse
import os
from collections.abc import Mapping

DESIGN_MEMORY = 20 * 1024
LEAST_MEMORY = 1024
OWN = 3
"""Connections that PostgreSQL keeps for its superuser."""


def settings(memory: int, cores: int) -> Mapping[str, str]:
    """What goes into the configuration. `memory` is the machine's, in MB. Raises ValueError for less than 1 GB."""
    if memory < LEAST_MEMORY or cores < 1:
        raise ValueError("Hacen falta al menos 1 GB de memoria y un núcleo.")
    shared = _scaled(4096, memory, 128, 16 * 1024)
    maintenance = _scaled(512, memory, 32, 2048)
    return {
        "max_connections": str(connections(memory)),
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{4 * shared}MB",
        "work_mem": f"{_scaled(16, memory, 4, 32)}MB",
        "maintenance_work_mem": f"{maintenance}MB",
        "autovacuum_work_mem": f"{max(16, maintenance // 4)}MB",
        "wal_compression": "on",
        "max_wal_size": f"{_scaled(4096, memory, 1024, 8192)}MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
        "max_worker_processes": str(max(8, cores)),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(min(2, cores // 2)),
        "jit": "off",
        "listen_addresses": "'localhost'",
        "password_encryption": "scram-sha-256",
        "log_min_duration_statement": "2s",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_lock_waits": "on",
    }


def connections(memory: int) -> int:
    """2 MB each in use: 400 serve fifty clients at once, which a small machine could not."""
    return min(400, max(100, memory // 16))


def service(memory: int, cores: int, instances: int = 2) -> Mapping[str, str]:
    """Processes of each of the API's instances, and connections to clients' databases of each process."""
    workers = max(1, min(8, cores // instances, memory // (1024 * instances)))
    processes = workers * instances + 1
    # Each process has 8 for the central database and 1 to listen; the worker 13 more; commands beside it, 24.
    left = connections(memory) - OWN - 9 * processes - 13 - 24
    each = str(max(3, left // processes))
    return {"WORKERS": str(workers), "API_INSTANCES": str(instances), "TENANT_CONNECTIONS_MAX": each}


def _scaled(of_design: int, memory: int, least: int, most: int) -> int:
    return min(most, max(least, of_design * memory // DESIGN_MEMORY))


def _machine() -> int:
    """This machine's memory, in MB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description="La configuración de PostgreSQL para esta máquina u otra.")
    parser.add_argument("--memory-mb", type=int, default=_machine(), help="memoria de la máquina, en MB")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="núcleos de la máquina")
    parser.add_argument("--service", action="store_true", help="en su lugar, lo que horux.env dice del servicio")
    chosen = parser.parse_args()
    try:
        if chosen.service:
            print("\n".join(f"{name}={value}" for name, value in service(chosen.memory_mb, chosen.cores).items()))
            return
        found = settings(chosen.memory_mb, chosen.cores)
    except ValueError as error:
        parser.error(str(error))
    print(f"# Para {chosen.memory_mb} MB y {chosen.cores} núcleos: deploy/postgresql/tuning.py, por horux-setup.")
    print("# Se vuelve a escribir: lo tuyo va en un archivo que se lea después, como zz-propio.conf.")
    print("\n".join(f"{name} = {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
