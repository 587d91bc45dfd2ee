"""Students hand in together.

Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STATES = ('invited', 'member', 'declined', 'withdrawn', 'left', 'removed')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _fact(table: str, *columns: sa.Column | sa.UniqueConstraint, foreign: dict[str, str]) -> None:
    """A new table of facts with its triggers."""
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
    op.keep_facts(table)


def upgrade() -> None:
    _fact('work_group',
        sa.Column('activity_id', _number(), nullable=False),
        sa.Column('section_id', _number(), nullable=False),
        foreign={'activity_id': 'activity', 'section_id': 'section'},
    )
    op.create_index(op.f('ix_work_group_section_id_activity_id'), 'work_group', ['section_id', 'activity_id'])
    _fact('group_membership',
        sa.Column('work_group_id', _number(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('state', sa.Enum(*STATES, name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.UniqueConstraint('work_group_id', 'enrollment_id', 'number', name=op.f('uq_group_membership_work_group_id_enrollment_id_number')),
        foreign={'work_group_id': 'work_group', 'enrollment_id': 'enrollment'},
    )
    op.create_index(op.f('ix_group_membership_enrollment_id'), 'group_membership', ['enrollment_id'])
    _fact('group_submission',
        sa.Column('work_group_id', _number(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('work_group_id', 'number', name=op.f('uq_group_submission_work_group_id_number')),
        foreign={'work_group_id': 'work_group', 'enrollment_id': 'enrollment'},
    )
    with op.batch_alter_table('activity') as batch_op:
        batch_op.add_column(sa.Column('group_size', _number(), server_default='1', nullable=False))
    with op.batch_alter_table('submission') as batch_op:
        batch_op.add_column(sa.Column('group_submission_id', _number(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_submission_group_submission_id'), 'group_submission', ['group_submission_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_submission_group_submission_id'), ['group_submission_id'])
    _guard()


def _guard() -> None:
    for table in ('activity', 'submission'):
        op.free_facts(table)  # SQLite may have rebuilt the table without its guards
        op.keep_facts(table)


def downgrade() -> None:
    with op.batch_alter_table('submission') as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_group_submission_id'))
        batch_op.drop_constraint(batch_op.f('fk_submission_group_submission_id'), type_='foreignkey')
        batch_op.drop_column('group_submission_id')
    with op.batch_alter_table('activity') as batch_op:
        batch_op.drop_column('group_size')
    _guard()
    for table in ('group_submission', 'group_membership', 'work_group'):
        op.free_facts(table)
        op.drop_table(table)
