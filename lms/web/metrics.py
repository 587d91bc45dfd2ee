"""Numbers about the running product in Prometheus' format. Labels are routes, never addresses."""

import os
from collections.abc import Iterator

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from lms.kernel import clock, lease, outbox
from lms.kernel.outbox import State

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # set by deploy/gunicorn.conf.py where there are several processes


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lms_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "lms_request_seconds", "Time to answer", ["route"], registry=self.registry, buckets=SECONDS
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


class _House:
    """Gauges that are read from the database when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        found = outbox.counts()
        mail = GaugeMetricFamily("lms_outbox_messages", "Letters in the outbox", labels=["state"])
        for state in State:
            mail.add_metric([state.value], found.get(state, 0))
        yield mail
        beat = lease.last_beat(lease.SCHEDULER)
        if beat is not None:
            age = (clock.now() - beat).total_seconds()
            yield GaugeMetricFamily("lms_scheduler_beat_age_seconds", "Since the scheduler's last sign of life", age)


def install(app: Flask) -> None:
    """Give `app` its counters."""
    app.extensions["lms_metrics"] = Metrics()


def note(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request of the running application."""
    current_app.extensions["lms_metrics"].note(method, route, status, seconds)


def text() -> bytes:
    """Everything, as Prometheus reads it. Two queries."""
    house = CollectorRegistry()
    house.register(_House())
    counted: CollectorRegistry = current_app.extensions["lms_metrics"].registry
    if SHARED_FOLDER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # the library leaves it bare
    return generate_latest(counted) + generate_latest(house)
