"""Who decides on hours: delegations, links for one signature, escalations, proposed adjustments, times of a cohort.

Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ('lecture_online', 'lab_in_person', 'simulation', 'self_study', 'assessment', 'mentoring', 'capstone_onsite', 'other')
MANNERS = ('signed_in', 'delegated', 'link', 'automatic')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _fact(table: str, *columns: sa.Column | sa.Constraint, foreign: dict[str, str]) -> None:
    """A new table of facts with its guards."""
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


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _keep_again(table: str) -> None:
    """SQLite may have rebuilt the table without its guards."""
    op.free_facts(table)
    op.keep_facts(table)


def upgrade() -> None:
    _fact('sheet_terms',
        sa.Column('cohort_id', _number(), nullable=False),
        sa.Column('due_weekday', _number(), nullable=False),
        sa.Column('due_minute', _number(), nullable=False),
        sa.Column('grace_days', _number(), nullable=False),
        sa.Column('auto_approves', sa.Boolean(), nullable=False),
        foreign={'cohort_id': 'cohort'},
    )
    _index('sheet_terms', 'cohort_id')
    _fact('delegation',
        sa.Column('giver_id', _number(), nullable=False),
        sa.Column('holder_id', _number(), nullable=False),
        sa.Column('section_id', _number(), nullable=True),
        sa.Column('firm_id', _number(), nullable=True),
        sa.Column('from_day', sa.Date(), nullable=False),
        sa.Column('to_day', sa.Date(), nullable=False),
        sa.Column('is_ended', sa.Boolean(), nullable=False),
        sa.CheckConstraint('(section_id IS NULL) <> (firm_id IS NULL)', name=op.f('ck_delegation_place')),
        sa.CheckConstraint('giver_id <> holder_id', name=op.f('ck_delegation_people')),
        sa.CheckConstraint('from_day <= to_day', name=op.f('ck_delegation_days')),
        foreign={'giver_id': 'person', 'holder_id': 'person', 'section_id': 'section', 'firm_id': 'firm'},
    )
    for name in ('giver_id', 'holder_id', 'section_id', 'firm_id'):
        _index('delegation', name)
    _fact('escalation',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('week_sheet_id', _number(), nullable=False),
        sa.Column('version', _number(), nullable=False),
        sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('week_sheet_id', 'version', name=op.f('uq_escalation_week_sheet_id_version')),
        foreign={'enrollment_id': 'enrollment', 'week_sheet_id': 'week_sheet'},
    )
    _index('escalation', 'enrollment_id')
    _fact('nudge',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('monday', sa.Date(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.UniqueConstraint('enrollment_id', 'monday', 'day', name=op.f('uq_nudge_enrollment_id_monday_day')),
        foreign={'enrollment_id': 'enrollment'},
    )
    _fact('adjustment_proposal',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('monday', sa.Date(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('minutes', _number(), nullable=False),
        sa.Column('kind', sa.Enum(*KINDS, name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('unit_id', _number(), nullable=True),
        sa.Column('paid_by_firm', sa.Boolean(), nullable=False),
        sa.Column('entry_id', _number(), nullable=True),
        sa.CheckConstraint('(minutes <> 0) = (entry_id IS NULL)', name=op.f('ck_adjustment_proposal_minutes')),
        foreign={'enrollment_id': 'enrollment', 'unit_id': 'unit', 'entry_id': 'hours_entry'},
    )
    _index('adjustment_proposal', 'enrollment_id', 'monday')
    _fact('adjustment_decision',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('proposal_id', _number(), nullable=False),
        sa.Column('is_confirmed', sa.Boolean(), nullable=False),
        sa.UniqueConstraint('proposal_id', name=op.f('uq_adjustment_decision_proposal_id')),
        foreign={'enrollment_id': 'enrollment', 'proposal_id': 'adjustment_proposal'},
    )
    _index('adjustment_decision', 'enrollment_id')
    op.create_table('signing_link',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('sheet_part_id', _number(), nullable=False),
        sa.Column('person_id', _number(), nullable=False),
        sa.Column('version', _number(), nullable=False),
        sa.Column('token_sha256', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['sheet_part_id'], ['sheet_part.id'], name=op.f('fk_signing_link_sheet_part_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signing_link_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_link')),
        sa.UniqueConstraint('public_id', name=op.f('uq_signing_link_public_id')),
        sa.UniqueConstraint('token_sha256', name=op.f('uq_signing_link_token_sha256')),
    )
    _index('signing_link', 'sheet_part_id', 'version')
    _index('signing_link', 'person_id')
    with op.batch_alter_table('sheet_event', schema=None) as batch_op:
        manner = sa.Enum(*MANNERS, name='manner', native_enum=False, create_constraint=True, length=40)
        batch_op.add_column(sa.Column('manner', manner, server_default='signed_in', nullable=False))
        batch_op.add_column(sa.Column('delegation_id', _number(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_sheet_event_delegation_id'), 'delegation', ['delegation_id'], ['id'])
    _keep_again('sheet_event')
    with op.batch_alter_table('hours_adjustment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposal_id', _number(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_hours_adjustment_proposal_id'), 'adjustment_proposal', ['proposal_id'], ['id'])
        batch_op.create_index(op.f('ix_hours_adjustment_proposal_id'), ['proposal_id'])
    _keep_again('hours_adjustment')


def downgrade() -> None:
    with op.batch_alter_table('hours_adjustment', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_hours_adjustment_proposal_id'))
        batch_op.drop_constraint(op.f('fk_hours_adjustment_proposal_id'), type_='foreignkey')
        batch_op.drop_column('proposal_id')
    _keep_again('hours_adjustment')
    with op.batch_alter_table('sheet_event', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_sheet_event_delegation_id'), type_='foreignkey')
        batch_op.drop_column('delegation_id')
        batch_op.drop_constraint(op.f('ck_sheet_event_manner'), type_='check')
        batch_op.drop_column('manner')
    _keep_again('sheet_event')
    op.drop_table('signing_link')
    for table in ('adjustment_decision', 'adjustment_proposal', 'nudge', 'escalation', 'delegation', 'sheet_terms'):
        op.drop_table(table)
