"""Prerequisites between courses; progress reviews with their contents, agreements, signatures and links.

Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PARTIES = ('student', 'instructor', 'supervisor', 'coordinator')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


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


def upgrade() -> None:
    op.add_column('course', sa.Column('prerequisites', sa.Text(), server_default='[]', nullable=False))
    _fact('review_terms',
        sa.Column('cohort_id', _number(), nullable=False),
        sa.Column('every_weeks', _number(), nullable=False),
        sa.Column('remind_days', _number(), nullable=False),
        sa.Column('escalate_days', _number(), nullable=False),
        sa.CheckConstraint('every_weeks BETWEEN 4 AND 52', name=op.f('ck_review_terms_weeks')),
        sa.CheckConstraint('remind_days > 0 AND escalate_days > remind_days', name=op.f('ck_review_terms_days')),
        foreign={'cohort_id': 'cohort'},
    )
    _index('review_terms', 'cohort_id')
    _fact('progress_review',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('spell_id', _number(), nullable=True),
        sa.UniqueConstraint('enrollment_id', 'number', name=op.f('uq_progress_review_enrollment_id_number')),
        foreign={'enrollment_id': 'enrollment', 'spell_id': 'employment_spell'},
    )
    _index('progress_review', 'enrollment_id')
    _index('progress_review', 'spell_id')
    _fact('review_content',
        sa.Column('progress_review_id', _number(), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=True),
        sa.Column('figures', sa.Text(), nullable=False),
        sa.Column('figures_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('is_asked', sa.Boolean(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        foreign={'progress_review_id': 'progress_review'},
    )
    _index('review_content', 'progress_review_id')
    _fact('review_action',
        sa.Column('progress_review_id', _number(), nullable=False),
        sa.Column('owner', _enum('party', *PARTIES), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('is_dropped', sa.Boolean(), nullable=False),
        foreign={'progress_review_id': 'progress_review'},
    )
    _index('review_action', 'progress_review_id')
    _fact('action_outcome',
        sa.Column('progress_review_id', _number(), nullable=False),
        sa.Column('review_action_id', _number(), nullable=False),
        sa.Column('outcome', _enum('settlement', 'open', 'done', 'not_done'), nullable=False),
        foreign={'progress_review_id': 'progress_review', 'review_action_id': 'review_action'},
    )
    _index('action_outcome', 'progress_review_id')
    _index('action_outcome', 'review_action_id')
    once = ('progress_review_id', 'content_sha256', 'party')
    _fact('review_signature',
        sa.Column('progress_review_id', _number(), nullable=False),
        sa.Column('party', _enum('party', *PARTIES), nullable=False),
        sa.Column('content_sha256', sa.Text(), nullable=False),
        sa.Column('shown_sha256', sa.Text(), nullable=False),
        sa.Column('hidden', sa.Text(), nullable=False),
        sa.Column('statement_version', _number(), nullable=False),
        sa.Column('manner', _enum('manner', 'signed_in', 'link'), nullable=False),
        sa.UniqueConstraint(*once, name=op.f(f"uq_review_signature_{'_'.join(once)}")),
        foreign={'progress_review_id': 'progress_review'},
    )
    _link()


def _link() -> None:
    op.create_table('review_link',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('progress_review_id', _number(), nullable=False),
        sa.Column('person_id', _number(), nullable=False),
        sa.Column('content_sha256', sa.Text(), nullable=False),
        sa.Column('token_sha256', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['progress_review_id'], ['progress_review.id'], name=op.f('fk_review_link_progress_review_id')
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_review_link_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review_link')),
        sa.UniqueConstraint('public_id', name=op.f('uq_review_link_public_id')),
        sa.UniqueConstraint('token_sha256', name=op.f('uq_review_link_token_sha256')),
    )
    _index('review_link', 'progress_review_id', 'content_sha256')
    _index('review_link', 'person_id')


def downgrade() -> None:
    op.drop_table('review_link')
    for table in (
        'review_signature', 'action_outcome', 'review_action', 'review_content', 'progress_review', 'review_terms'
    ):
        op.free_facts(table)
        op.drop_table(table)
    op.drop_column('course', 'prerequisites')
