"""Saves of a register under a key of their own, so that sending one again is the same save.

Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = 'register_save'


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    keys = {'section_id': 'section', 'session_id': 'session', 'recorded_by_id': 'person', 'supersedes_id': TABLE}
    op.create_table(TABLE,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('section_id', _number(), nullable=False),
        sa.Column('session_id', _number(), nullable=False),
        sa.Column('client_key', sa.Text(), nullable=False),
        sa.Column('body_sha256', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{TABLE}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{TABLE}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{TABLE}_public_id')),
        sa.UniqueConstraint('session_id', 'client_key', name=op.f(f'uq_{TABLE}_session_id_client_key')),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{TABLE}_supersedes_id')),
    )
    for name in ('recorded_at', 'section_id'):
        op.create_index(op.f(f'ix_{TABLE}_{name}'), TABLE, [name])
    op.keep_facts(TABLE)


def downgrade() -> None:
    op.free_facts(TABLE)
    op.drop_table(TABLE)
