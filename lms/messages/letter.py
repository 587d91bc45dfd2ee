"""One letter: its sentences, where its link leads, how it is treated. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from lms.messages.rules import Topic

THREE_DAYS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Letter:
    """path: where the link leads; the sender's value `path` goes before it. stale_after: not sent when later than this.

    is_weighty: never sent twice; after a crash while sending, somebody has to look whether it left.
    is_secret: its values (a link) are forgotten once it is sent.
    """

    topic: Topic
    subject: str
    body: tuple[str, ...]
    path: str = "/"
    stale_after: timedelta | None = None
    is_weighty: bool = False
    is_secret: bool = False
