"""Statements of other systems, what such systems call items and activities, and what they report as done.

Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = 'reported_result'
MARKS = "kind IN ('opened', 'done', 'seen', 'reported')"
MARKS_BEFORE = "kind IN ('opened', 'done', 'seen')"


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _check_marks(condition: str) -> None:
    """Renew what a mark may be. SQLite rebuilds the table and forgets the CHECK and the triggers of it."""
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if not is_sqlite:
        op.drop_constraint(op.f('ck_content_mark_markkind'), 'content_mark', type_='check')
    with op.batch_alter_table('content_mark', recreate='always' if is_sqlite else 'never') as batch_op:
        batch_op.create_check_constraint(op.f('ck_content_mark_markkind'), condition)
    op.keep_facts('content_mark')


def upgrade() -> None:
    _check_marks(MARKS)
    op.add_column('content_item', sa.Column('iri', sa.Text(), server_default='', nullable=False))
    op.add_column('activity', sa.Column('iri', sa.Text(), server_default='', nullable=False))
    _guard()
    keys = {
        'enrollment_id': 'enrollment', 'item_id': 'content_item', 'activity_id': 'activity', 'score_id': 'score',
        'voids_id': TABLE, 'recorded_by_id': 'person', 'supersedes_id': TABLE,
    }  # fmt: skip
    op.create_table(TABLE,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('item_id', _number(), nullable=True),
        sa.Column('activity_id', _number(), nullable=True),
        sa.Column('statement_id', sa.Text(), nullable=False),
        sa.Column('body_sha256', sa.Text(), nullable=False),
        sa.Column('verb', sa.Text(), nullable=False),
        sa.Column('sitting', sa.Text(), nullable=False),
        sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('seconds', _number(), nullable=True),
        sa.Column('points', _number(), nullable=True),
        sa.Column('is_complete', sa.Boolean(), nullable=True),
        sa.Column('is_success', sa.Boolean(), nullable=True),
        sa.Column('score_id', _number(), nullable=True),
        sa.Column('voids_id', _number(), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        sa.CheckConstraint('seconds >= 0', name=op.f(f'ck_{TABLE}_seconds')),
        sa.CheckConstraint('points >= 0', name=op.f(f'ck_{TABLE}_points')),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{TABLE}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{TABLE}')),
        *(sa.UniqueConstraint(name, name=op.f(f'uq_{TABLE}_{name}'))
          for name in ('public_id', 'statement_id', 'voids_id', 'supersedes_id')),
    )  # fmt: skip
    for names in (('recorded_at',), ('enrollment_id', 'item_id', 'day'), ('enrollment_id', 'activity_id')):
        op.create_index(op.f(f'ix_{TABLE}_{"_".join(names)}'), TABLE, list(names))
    op.keep_facts(TABLE)


def _guard() -> None:
    op.free_facts('activity')  # SQLite may have rebuilt the table without its guards
    op.keep_facts('activity')


def downgrade() -> None:
    op.free_facts(TABLE)
    op.drop_table(TABLE)
    op.drop_column('activity', 'iri')
    op.drop_column('content_item', 'iri')
    _guard()
    op.free_facts('content_mark')
    op.execute("DELETE FROM content_mark WHERE kind = 'reported'")
    _check_marks(MARKS_BEFORE)
