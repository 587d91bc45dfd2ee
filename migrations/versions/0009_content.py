"""Content items are marked as opened, done and seen, and other systems measure minutes on them.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _fact(table: str, *columns: sa.Column | sa.CheckConstraint, foreign: dict[str, str]) -> None:
    """A new table of facts; its triggers come by `keep_facts`."""
    keys = {**foreign, 'recorded_by_id': 'person', 'supersedes_id': table}
    op.create_table(table,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        *columns,
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{table}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{table}_public_id')),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{table}_supersedes_id')),
    )
    op.create_index(op.f(f'ix_{table}_recorded_at'), table, ['recorded_at'])


def upgrade() -> None:
    _fact('content_mark',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('item_id', _number(), nullable=False),
        sa.Column('kind', sa.Enum('opened', 'done', 'seen', name='markkind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('is_taken_back', sa.Boolean(), nullable=False),
        foreign={'enrollment_id': 'enrollment', 'item_id': 'content_item'},
    )
    op.create_index(op.f('ix_content_mark_enrollment_id_item_id'), 'content_mark', ['enrollment_id', 'item_id'])
    _fact('content_minutes',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('unit_id', _number(), nullable=False),
        sa.Column('item_id', _number(), nullable=True),
        sa.Column('source', sa.Enum('manual', 'timer', 'import', 'attendance', 'simulation', 'lms', name='source', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('minutes', _number(), nullable=False),
        sa.Column('hours_entry_id', _number(), nullable=False),
        sa.CheckConstraint('minutes BETWEEN 0 AND 960', name=op.f('ck_content_minutes_minutes')),
        foreign={'enrollment_id': 'enrollment', 'unit_id': 'unit', 'item_id': 'content_item', 'hours_entry_id': 'hours_entry'},
    )
    op.create_index(op.f('ix_content_minutes_enrollment_id'), 'content_minutes', ['enrollment_id'])
    op.keep_facts('content_mark')
    op.keep_facts('content_minutes')


def downgrade() -> None:
    op.drop_table('content_minutes')
    op.drop_table('content_mark')
