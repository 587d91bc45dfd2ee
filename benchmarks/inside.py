"""The product asked inside this process, to record the SQL of a request."""

from collections.abc import Mapping
from contextvars import Context

from flask import Flask

from benchmarks.client import Answer


class Inside:
    """One visitor, with the interface of `Client`."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=False)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, fields)

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        reply = Context().run(self.client.open, path, method=method, data=fields, headers=headers)
        for header in reply.headers.getlist("Set-Cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(reply.status_code, reply.data, reply.headers.get("Location", ""))
