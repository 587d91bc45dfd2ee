"""Sentences that a person will read, kept untranslated until the edge (page, mail, API) knows the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """`message` itself; marks it for the translation catalog. Values stand in it as `%(name)s`."""
    return message


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id and its values, which the edge translates and fills in.

    values: numbers, dates, instants, plain text or another Sentence; the edge formats them for the reader.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English sentence, for logs and the command line."""
        return self.message % self.values if self.values else self.message


def say(message: str, /, **values: object) -> Sentence:
    """A sentence: `say(N_("%(minutes)s min left"), minutes=40)`."""
    return Sentence(message, values)
