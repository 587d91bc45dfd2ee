"""What people read for where a piece of work stands: a word and its tone."""

from collections.abc import Iterable, Mapping

from lms.hub.coursework.rules import Progress
from lms.hub.grading.queries.desk import Remark
from lms.hub.grading.rules import Status
from lms.kernel.text import N_, say
from lms.web.language import tell

PROGRESS_WORDS: Mapping[Progress, tuple[str, str]] = {
    Progress.DUE: (N_("Due"), "info"),
    Progress.LATE: (N_("Late, can still be handed in"), "warn"),
    Progress.MISSING: (N_("Missing"), "bad"),
    Progress.DONE: (N_("Done"), "good"),
}
STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.NOT_DUE: (N_("not scheduled"), "muted"),
    Status.OPEN: (N_("open"), "muted"),
    Status.IN: (N_("handed in"), "info"),
    Status.GRADED: (N_("graded"), "good"),
    Status.EXEMPT: (N_("exempt"), "muted"),
    Status.MISSING: (N_("missing"), "warn"),
    Status.ZERO: (N_("missing, counts as zero"), "bad"),
}


def place_names(remarks: Iterable[Remark], files: Mapping[str, str]) -> dict[str, str]:
    """Where each remark stands, in words. files: names by public id."""
    return {one.public_id: _place_name(one, files.get(one.file_id, "")) for one in remarks}


def place_anchor(remark: Remark) -> str:
    """The id, on a page that shows the work, of the place where a remark stands."""
    where = remark.file_id or "text"
    if remark.page is not None:
        return f"page-{where}-{remark.page}"
    if remark.line is not None:
        return f"line-{where}-{remark.line}"
    return f"file-{where}" if remark.file_id else "line-text-1"


def _place_name(remark: Remark, file: str) -> str:
    name = file or tell(N_("the text"))
    if remark.page is not None:
        return tell(say(N_("%(name)s, page %(page)s"), name=name, page=remark.page))
    if remark.line is not None:
        return tell(say(N_("%(name)s, line %(line)s"), name=name, line=remark.line))
    return name
