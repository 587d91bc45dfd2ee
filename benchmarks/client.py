"""A browser's HTTP without the browser: one connection kept alive, cookies, forms with their token."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

IDLE_SECONDS = 2  # after which the server may close the line under us
TOO_BUSY = 503  # nothing was changed
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Client:
    """One visitor.

    seconds: of waiting for an answer. again: ask again, at most so long, where the server says it is too busy (503).
    """

    def __init__(self, url: str, seconds: float = 30, *, again: bool = False) -> None:
        self.address = urlsplit(url)
        self.seconds = seconds
        self.again = again
        self.cookies: dict[str, str] = {}
        self.line = self._connect()
        self.used_at = time.monotonic()

    def _connect(self) -> http.client.HTTPConnection:
        assert self.address.hostname is not None
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=self.seconds)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, and again where that is wanted."""
        until = time.monotonic() + self.seconds
        answer = self._ask_once(method, path, body, headers)
        while answer.status == TOO_BUSY and self.again and time.monotonic() < until:
            time.sleep(0.5)
            answer = self._ask_once(method, path, body, headers)
        return answer

    def _ask_once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        """A connection that the server has closed meanwhile is opened again, for safe requests only."""
        sent = {**(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self.used_at > IDLE_SECONDS:
            self.line.close()
        try:
            self.line.request(method, path, body, sent)
            reply = self.line.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.line.close()
            if method != "GET":
                raise
            self.line.request(method, path, body, sent)
            reply = self.line.getresponse()
        data = reply.read()
        self.used_at = time.monotonic()
        for header in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(reply.status, data, reply.headers.get("Location", ""))

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.ask("POST", path, urlencode(fields).encode(), kind)

    def token_of(self, path: str) -> str:
        """The token that a form on that page carries."""
        found = TOKEN.search(self.get(path).text)
        assert found is not None, f"{path} has no form"
        return found[1]

    def sign_in(self, email: str, password: str) -> None:
        """Be somebody from now on."""
        fields = {"csrf_token": self.token_of("/sign-in"), "email": email, "password": password}
        answer = self.post("/sign-in", fields)
        assert answer.status == 303, f"{email} could not sign in: {answer.status}"

    def close(self) -> None:
        self.line.close()
