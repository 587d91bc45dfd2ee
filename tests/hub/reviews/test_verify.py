"""What the operator's check finds in reviews that somebody changed past the product."""

import pytest
from sqlalchemy import Table

from lms.hub.reviews.models import ReviewContent, ReviewSignature, ReviewWhy
from lms.hub.reviews.verify import differences
from lms.kernel.appendonly import drops
from lms.kernel.db import db, session, transaction
from tests.hub.reviews.made import sign, to_sign
from tests.support.web import World


def _tamper(table: Table, change: str) -> None:
    session.rollback()
    with db.engine.begin() as raw:
        for statement in drops(table, raw.dialect.name):
            raw.exec_driver_sql(statement)
        raw.exec_driver_sql(change)


def _found() -> list[str]:
    with transaction(write=False):
        return list(differences())


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (ReviewWhy, "UPDATE review_why SET whys = '{}'", "were changed"),
        (ReviewWhy, "DELETE FROM review_why", "are missing"),
        (ReviewSignature, "UPDATE review_signature SET content_sha256 = 'another'", "never stood there"),
        (ReviewContent, "UPDATE review_content SET sha256 = 'another'", "never stood there"),
    ],
)
def test_a_signed_review_is_whole_until_somebody_changes_it(
    world: World, model: type[ReviewWhy], change: str, said: str
) -> None:
    review = to_sign(world)
    sign(world, "Ada", review)
    assert _found() == []
    _tamper(model.__table__, change)  # type: ignore[arg-type]
    found = _found()
    assert found
    assert all(review.row.public_id in sentence and said in sentence for sentence in found)
