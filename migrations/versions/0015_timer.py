"""A timer runs on the server, so that it survives the phone.

Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


KINDS = ('lecture_online', 'lab_in_person', 'simulation', 'self_study', 'assessment', 'mentoring', 'capstone_onsite', 'other')
KEYS = {'enrollment_id': 'enrollment', 'unit_id': 'unit', 'entry_id': 'hours_entry', 'recorded_by_id': 'person', 'supersedes_id': 'hours_timer'}


def upgrade() -> None:
    op.create_table('hours_timer',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('stage', sa.Enum('running', 'stopped', 'logged', 'dropped', name='stage', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('unit_id', _number(), nullable=True),
        sa.Column('kind', sa.Enum(*KINDS, name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('client_key', sa.Text(), nullable=True),
        sa.Column('entry_id', _number(), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        sa.CheckConstraint("(stage = 'running') = (stopped_at IS NULL)", name=op.f('ck_hours_timer_stopped')),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_hours_timer_{name}')) for name, to in KEYS.items()),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_timer')),
        sa.UniqueConstraint('public_id', name=op.f('uq_hours_timer_public_id')),
        sa.UniqueConstraint('supersedes_id', name=op.f('uq_hours_timer_supersedes_id')),
        sa.UniqueConstraint('enrollment_id', 'client_key', name=op.f('uq_hours_timer_enrollment_id_client_key')),
    )
    op.create_index(op.f('ix_hours_timer_enrollment_id'), 'hours_timer', ['enrollment_id'])
    op.create_index(op.f('ix_hours_timer_recorded_at'), 'hours_timer', ['recorded_at'])
    op.keep_facts('hours_timer')


def downgrade() -> None:
    op.drop_table('hours_timer')
