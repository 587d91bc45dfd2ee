"""gunicorn: one process of 8 threads on SQLite, several processes of 4 threads on PostgreSQL.

The database decides (LMS_DATABASE_URL). SQLite has one writer, and its one process also runs the jobs; PostgreSQL
leaves them to `flask worker`. WEB_CONCURRENCY sets the number of processes on PostgreSQL.
"""

import ctypes
import gc
import os
import tempfile

ARENA_MAX, TRIM_THRESHOLD = -8, -1  # as glibc numbers them

try:  # glibc: two heaps for all threads, and what is free goes back; saves a fifth of the memory after some use
    libc = ctypes.CDLL("libc.so.6")
    libc.mallopt(ARENA_MAX, 2)
    libc.mallopt(TRIM_THRESHOLD, 128 * 1024)
except OSError:
    pass  # another C library, which has its own ways

# Where zones are described, as Python is built on Linux; asked for it, Python loads all that it was built with (1 MB).
ZONES = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
os.environ.setdefault("PYTHONTZPATH", os.pathsep.join(ZONES))

on_postgresql = os.environ.get("LMS_DATABASE_URL", "").startswith("postgres")

bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(os.cpu_count() or 1, 4)) if on_postgresql else 1
threads = 4 if on_postgresql else 8

# Seconds. A stop finishes what is running; systemd waits 30 s before it kills.
graceful_timeout = 25
timeout = 60
keepalive = 5

# Against slow leaks; the one process of SQLite also holds the scheduler and is not replaced while it runs.
max_requests = 20_000 if on_postgresql else 0
max_requests_jitter = 2_000 if on_postgresql else 0

worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a heartbeat file, not data
control_socket_disable = True
accesslog = None  # the application logs each request itself, with its id
limit_request_line = 8190

if on_postgresql and workers > 1:  # where the processes add up their counters for /metrics
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="lms-metrics-"))


def pre_fork(server, worker):
    """Leave what both processes have out of the collections, whose marks would copy its pages."""
    gc.freeze()


def post_worker_init(worker):
    """What is loaded by now stays: leave it out of every later collection. On SQLite the jobs start in here."""
    from lms.jobs.runner import start_inside
    from lms.kernel.heap import trim

    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    trim()  # what starting took and gave back
    worker.lms_runner = start_inside(worker.wsgi)


def child_exit(server, worker):
    """A process is gone; its gauges are no longer counted."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def worker_exit(server, worker):
    """Requests are done: let the running job finish and give the lease back."""
    runner = getattr(worker, "lms_runner", None)
    if runner is not None:
        runner.stop()
