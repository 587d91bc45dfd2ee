"""What `flask verify` asks of progress reviews: the reasons are those of the figures, and signatures name a content."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from lms.hub.reviews.models import ProgressReview, ReviewContent, ReviewSignature, ReviewWhy
from lms.hub.reviews.whys import SEAL, seal
from lms.kernel.db import session
from lms.people.scope import unscoped

AT_ONCE = 100  # rows in memory; each holds the reasons of one review


def differences() -> Iterator[str]:
    """Every changed reason, every figure whose reasons are gone, and every signature of what never stood there."""
    yield from _reasons()
    yield from _signatures()


def _reasons() -> Iterator[str]:
    kept = set()
    wanted = select(ReviewWhy, ProgressReview.public_id).join(ProgressReview).order_by(ReviewWhy.id)
    for row, review in session.execute(unscoped(wanted, "verify").execution_options(yield_per=AT_ONCE)):
        kept.add((row.progress_review_id, row.sha256))
        if seal(row.whys) != row.sha256:
            yield f"review {review}: the reasons of its figures were changed"
    contents = select(ReviewContent, ProgressReview.public_id).join(ProgressReview).order_by(ReviewContent.id)
    for content, review in session.execute(unscoped(contents, "verify").execution_options(yield_per=AT_ONCE)):
        sha256 = content.figures.get(SEAL)
        if sha256 and (content.progress_review_id, sha256) not in kept:
            yield f"review {review}: the reasons of its figures are missing"


def _signatures() -> Iterator[str]:
    stood = exists().where(
        ReviewContent.progress_review_id == ReviewSignature.progress_review_id,
        ReviewContent.sha256 == ReviewSignature.content_sha256,
    )
    wanted = select(ReviewSignature.public_id, ProgressReview.public_id).join(ProgressReview).where(~stood)
    for signature, review in session.execute(unscoped(wanted.order_by(ReviewSignature.id), "verify")):
        yield f"review {review}: signature {signature} is of something that never stood there"
