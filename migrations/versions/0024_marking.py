"""Scores say under which policy they were given, drafts when their words changed, members of a group who did what.

Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHECKS = {
    'peer_least_bp': 'peer_least_bp BETWEEN 0 AND 10000',
    'peer_most_bp': 'peer_most_bp BETWEEN 10000 AND 15000',
    'peer': '(peer_least_bp IS NULL) = (peer_most_bp IS NULL)',
}


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _fact(table: str, *columns: sa.Column | sa.Constraint, foreign: dict[str, str]) -> None:
    """A new table of facts with its triggers."""
    keys = {**foreign, 'recorded_by_id': 'person', 'supersedes_id': table}
    op.create_table(table,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        *(sa.Column(name, _number(), nullable=False) for name in foreign),
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
    op.add_column('score', sa.Column('policy_number', _number(), nullable=True))
    op.add_column('draft', sa.Column('text_version', _number(), server_default='1', nullable=False))
    with op.batch_alter_table('marking_rule') as batch_op:
        batch_op.add_column(sa.Column('peer_least_bp', _number(), nullable=True))
        batch_op.add_column(sa.Column('peer_most_bp', _number(), nullable=True))
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f'ck_marking_rule_{name}'), condition)
    _guard()
    together = {'group_submission_id': 'group_submission', 'enrollment_id': 'enrollment'}
    _fact('contribution',
        sa.Column('number', _number(), nullable=False),
        sa.Column('share_bp', _number(), nullable=False),
        sa.CheckConstraint('share_bp BETWEEN 0 AND 10000', name=op.f('ck_contribution_share_bp')),
        sa.UniqueConstraint('group_submission_id', 'enrollment_id', 'number', name=op.f('uq_contribution_group_submission_id_enrollment_id_number')),
        foreign=together,
    )
    op.create_index(op.f('ix_contribution_enrollment_id'), 'contribution', ['enrollment_id'])
    _fact('peer_rating',
        sa.Column('number', _number(), nullable=False),
        sa.Column('part_bp', _number(), nullable=False),
        sa.CheckConstraint('enrollment_id <> rated_id', name=op.f('ck_peer_rating_not_self')),
        sa.CheckConstraint('part_bp BETWEEN 0 AND 12500', name=op.f('ck_peer_rating_part_bp')),
        sa.UniqueConstraint('group_submission_id', 'enrollment_id', 'rated_id', 'number', name=op.f('uq_peer_rating_group_submission_id_enrollment_id_rated_id_number')),
        foreign={**together, 'rated_id': 'enrollment'},
    )
    _fact('peer_factor',
        sa.Column('factor_bp', _number(), nullable=False),
        sa.UniqueConstraint('score_id', name=op.f('uq_peer_factor_score_id')),
        foreign={**together, 'base_id': 'score', 'score_id': 'score'},
    )
    op.create_index(op.f('ix_peer_factor_enrollment_id'), 'peer_factor', ['enrollment_id'])
    _fact('grading_time',
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seconds', _number(), nullable=False),
        sa.CheckConstraint('seconds BETWEEN 0 AND 1800', name=op.f('ck_grading_time_seconds')),
        sa.UniqueConstraint('score_id', name=op.f('uq_grading_time_score_id')),
        foreign={'enrollment_id': 'enrollment', 'activity_id': 'activity', 'score_id': 'score'},
    )
    op.create_index(op.f('ix_grading_time_recorded_by_id'), 'grading_time', ['recorded_by_id'])


def _guard() -> None:
    op.free_facts('marking_rule')  # SQLite may have rebuilt the table without its guards
    op.keep_facts('marking_rule')


def downgrade() -> None:
    for table in ('grading_time', 'peer_factor', 'peer_rating', 'contribution'):
        op.free_facts(table)
        op.drop_table(table)
    with op.batch_alter_table('marking_rule') as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f'ck_marking_rule_{name}'), type_='check')
        batch_op.drop_column('peer_most_bp')
        batch_op.drop_column('peer_least_bp')
    _guard()
    op.drop_column('draft', 'text_version')
    op.drop_column('score', 'policy_number')
