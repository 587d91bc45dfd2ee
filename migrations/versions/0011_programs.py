"""Regions with their states, and what their integrators say about topics.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}'))


def upgrade() -> None:
    op.create_table('region',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('integrator', sa.Text(), nullable=False),
        sa.Column('is_network', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_region')),
        sa.UniqueConstraint('name', name=op.f('uq_region_name')),
        sa.UniqueConstraint('public_id', name=op.f('uq_region_public_id')),
    )
    op.create_table('region_state',
        sa.Column('id', _number(), nullable=False),
        sa.Column('region_id', _number(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        _key('region_state', 'region_id', 'region'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_region_state')),
        sa.UniqueConstraint('region_id', 'state', name=op.f('uq_region_state_region_id_state')),
    )
    table = 'topic_region_voice'
    op.create_table(table,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('topic_id', _number(), nullable=False),
        sa.Column('region_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('is_proposal', sa.Boolean(), nullable=False),
        sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        _key(table, 'topic_id', 'topic'),
        _key(table, 'region_id', 'region'),
        _key(table, 'recorded_by_id', 'person'),
        _key(table, 'supersedes_id', table),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{table}_public_id')),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{table}_supersedes_id')),
        sa.UniqueConstraint('topic_id', 'region_id', 'number', name=op.f(f'uq_{table}_topic_id_region_id_number')),
    )
    op.create_index(op.f(f'ix_{table}_recorded_at'), table, ['recorded_at'])
    op.create_index(op.f(f'ix_{table}_region_id'), table, ['region_id'])
    op.create_index(op.f(f'ix_{table}_topic_id'), table, ['topic_id'])
    op.keep_facts(table)


def downgrade() -> None:
    op.free_facts('topic_region_voice')
    op.drop_table('topic_region_voice')
    op.drop_table('region_state')
    op.drop_table('region')
