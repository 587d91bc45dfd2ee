"""Handing a mail to an SMTP server, and telling apart what a failure means."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

SECONDS = 15


class Later(Exception):
    """The server did not take it, and may later: nothing was sent."""


class Refused(Exception):
    """The server will not take this mail."""


class Doubt(Exception):
    """The line broke while the mail was on it: nobody knows whether the server took it."""


class SmtpLine:
    """A connection to the server that a `smtp://` (STARTTLS where offered) or `smtps://` address names.

    Opened with the first mail and closed at the end of the block. is_down: the line broke; give the server a rest.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self.is_down = False
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server.close()
            self._server = None

    def send(self, mail: EmailMessage, sender: str, recipient: str) -> None:
        """Returns when the server has taken the mail. Raises Later, Refused or Doubt."""
        try:
            server = self._server = self._server or self._call()
            for reply in (server.mail(sender), server.rcpt(recipient)):
                if not _is_good(reply):
                    server.rset()
                    raise _meaning(*reply)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Later(str(error)) from error
        try:
            reply = server.data(mail.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:  # the server did not let us begin
            raise _meaning(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Doubt(str(error)) from error
        if not _is_good(reply):
            raise _meaning(*reply)

    def _call(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port
        if self.url.scheme == "smtps":
            safely = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=safely)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server

    def _drop(self) -> None:
        self.is_down = True
        if self._server is not None:
            self._server.close()
            self._server = None


def _is_good(reply: tuple[int, bytes]) -> bool:
    return 200 <= reply[0] < 300


def _meaning(code: int, text: bytes | str) -> Later | Refused:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return (Refused if code >= 500 else Later)(f"{code} {said}")
