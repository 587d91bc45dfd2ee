"""What a person can be told when something does not work, each with its HTTP status. Pure."""

from collections.abc import Callable, Iterable, Mapping

from lms.kernel.text import N_, Sentence


class Problem(Exception):
    """Base of everything that is shown to a person instead of an answer.

    message: an untranslated sentence marked with `N_`, for the person at the phone: what happened, what to do next.
    values: what stands at its `%(name)s` places. retry_after: seconds after which the same may work.
    """

    status = 500
    title = N_("Something went wrong")
    afterwards: Callable[[], None] | None = None  # what to write of it, once the request's transaction is rolled back
    retry_after: int | None = None

    def __init__(self, message: str = "", /, **values: object) -> None:
        self.sentence = Sentence(message or self.title, values)
        super().__init__(str(self.sentence))


class RuleBroken(Problem):
    """The input or the state does not allow it. 422.

    field: the input that has to change, as the form and the API name it; None if it is not about one input.
    also: further broken rules found in the same input, so that a person sees all of them at once.
    """

    status = 422
    title = N_("Please check what you entered")

    def __init__(
        self, message: str, /, *, field: str | None = None, also: tuple["RuleBroken", ...] = (), **values: object
    ) -> None:
        super().__init__(message, **values)
        self.field = field
        self.also = also

    def by_field(self) -> Mapping[str, list[Sentence]]:
        """Every sentence under the field it is about; `""` for those about no one field."""
        found: dict[str, list[Sentence]] = {}
        for broken in (self, *self.also):
            found.setdefault(broken.field or "", []).append(broken.sentence)
        return found


def raise_all(broken: Iterable[RuleBroken]) -> None:
    """Raises the first of `broken` with the others in its `also`; nothing if there is none."""
    found = tuple(broken)
    if found:
        first, *others = found
        first.also = (*first.also, *others)
        raise first


class LoggedRefusal(RuleBroken):
    """A rule that keeps people apart, or a secret that was wrong: 422 as any broken rule, but logged as a denial is."""


class NotSignedIn(Problem):
    """Nobody is signed in where somebody has to be. 401."""

    status = 401
    title = N_("Please sign in")


class NotAllowed(Problem):
    """The person can see it but not do this. 403. Always logged."""

    status = 403
    title = N_("You may not do this")


class NotFound(Problem):
    """There is no such thing, or none that this person may know of. 404."""

    status = 404
    title = N_("We could not find this")


class Conflict(Problem):
    """Somebody else was faster. 409.

    yours, theirs: both versions, for the page that shows them side by side; nothing typed is lost.
    """

    status = 409
    title = N_("Somebody else changed this")

    def __init__(self, message: str = "", /, *, yours: object = None, theirs: object = None, **values: object) -> None:
        super().__init__(message, **values)
        self.yours = yours
        self.theirs = theirs


class NotFresh(Problem):
    """The person signed in too long ago for this; the guard asks for the password again. 401."""

    status = 401
    title = N_("Please enter your password again")
