"""Published roles that need a topic.

Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

TABLE = 'topic_role'


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    keys = {'program_id': 'program', 'topic_id': 'topic', 'recorded_by_id': 'person', 'supersedes_id': TABLE}
    op.create_table(TABLE,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('program_id', _number(), nullable=False),
        sa.Column('topic_id', _number(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('is_taken_back', sa.Boolean(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{TABLE}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{TABLE}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{TABLE}_public_id')),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{TABLE}_supersedes_id')),
    )
    op.create_index(op.f(f'ix_{TABLE}_recorded_at'), TABLE, ['recorded_at'])
    op.create_index(op.f(f'ix_{TABLE}_topic_id'), TABLE, ['topic_id'])
    op.keep_facts(TABLE)


def downgrade() -> None:
    op.free_facts(TABLE)
    op.drop_table(TABLE)
