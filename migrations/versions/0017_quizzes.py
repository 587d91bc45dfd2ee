"""Quizzes: pools of questions, their keys and corrections, attempts, what is saved and what was handed in.

Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ('single', 'several', 'number', 'text')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _table(table: str, *columns: sa.Column | sa.Constraint, foreign: dict[str, str]) -> None:
    op.create_table(table,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        *columns,
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{table}_{name}')) for name, to in foreign.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{table}_public_id')),
    )


def _fact(table: str, *columns: sa.Column | sa.Constraint, foreign: dict[str, str]) -> None:
    """A new table of facts with its guards."""
    _table(table,
        *columns,
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{table}_supersedes_id')),
        foreign={**foreign, 'recorded_by_id': 'person', 'supersedes_id': table},
    )
    op.create_index(op.f(f'ix_{table}_recorded_at'), table, ['recorded_at'])
    op.keep_facts(table)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_questions', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.free_facts('activity')  # SQLite may have rebuilt the table without its guards
    op.keep_facts('activity')
    _table('quiz',
        sa.Column('activity_id', _number(), nullable=False),
        sa.Column('minutes', _number(), nullable=True),
        sa.Column('is_shuffled', sa.Boolean(), nullable=False),
        sa.UniqueConstraint('activity_id', name=op.f('uq_quiz_activity_id')),
        foreign={'activity_id': 'activity'},
    )
    op.keep_facts('quiz')
    _table('quiz_pool',
        sa.Column('quiz_id', _number(), nullable=False),
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('asked', _number(), nullable=False),
        sa.Column('points', _number(), nullable=False),
        sa.Column('position', _number(), nullable=False),
        sa.UniqueConstraint('quiz_id', 'code', name=op.f('uq_quiz_pool_quiz_id_code')),
        sa.CheckConstraint('points > 0', name=op.f('ck_quiz_pool_points')),
        foreign={'quiz_id': 'quiz'},
    )
    op.keep_facts('quiz_pool')
    _table('quiz_question',
        sa.Column('pool_id', _number(), nullable=False),
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('kind', sa.Enum(*KINDS, name='questionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('options', sa.Text(), nullable=False),
        sa.Column('units', sa.Text(), nullable=False),
        sa.Column('needs_unit', sa.Boolean(), nullable=False),
        sa.Column('position', _number(), nullable=False),
        sa.UniqueConstraint('pool_id', 'code', name=op.f('uq_quiz_question_pool_id_code')),
        foreign={'pool_id': 'quiz_pool'},
    )
    op.keep_facts('quiz_question')
    _table('quiz_key',
        sa.Column('question_id', _number(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.UniqueConstraint('question_id', name=op.f('uq_quiz_key_question_id')),
        foreign={'question_id': 'quiz_question'},
    )
    op.keep_facts('quiz_key')
    _fact('key_correction',
        sa.Column('section_id', _number(), nullable=False),
        sa.Column('question_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.UniqueConstraint('section_id', 'question_id', 'number', name=op.f('uq_key_correction_section_id_question_id_number')),
        foreign={'section_id': 'section', 'question_id': 'quiz_question'},
    )
    _index('key_correction', 'question_id')
    _fact('quiz_attempt',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('activity_id', _number(), nullable=False),
        sa.Column('attempt', _number(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('minutes', _number(), nullable=True),
        sa.Column('factor_bp', _number(), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('drawn', sa.Text(), nullable=False),
        sa.UniqueConstraint('enrollment_id', 'activity_id', 'attempt', name=op.f('uq_quiz_attempt_enrollment_id_activity_id_attempt')),
        foreign={'enrollment_id': 'enrollment', 'activity_id': 'activity'},
    )
    _index('quiz_attempt', 'activity_id')
    _index('quiz_attempt', 'ends_at')
    _table('quiz_draft',
        sa.Column('attempt_id', _number(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('answers', sa.Text(), nullable=False),
        sa.Column('version', _number(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('attempt_id', name=op.f('uq_quiz_draft_attempt_id')),
        foreign={'attempt_id': 'quiz_attempt', 'enrollment_id': 'enrollment'},
    )
    _index('quiz_draft', 'enrollment_id')
    _fact('quiz_answer',
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('submission_id', _number(), nullable=False),
        sa.Column('question_id', _number(), nullable=False),
        sa.Column('slot', sa.Text(), nullable=False),
        sa.Column('chosen', sa.Text(), nullable=False),
        sa.UniqueConstraint('submission_id', 'slot', name=op.f('uq_quiz_answer_submission_id_slot')),
        foreign={'enrollment_id': 'enrollment', 'submission_id': 'submission', 'question_id': 'quiz_question'},
    )
    _index('quiz_answer', 'enrollment_id')
    _index('quiz_answer', 'question_id')


def downgrade() -> None:
    for table in ('quiz_answer', 'quiz_draft', 'quiz_attempt', 'key_correction', 'quiz_key', 'quiz_question', 'quiz_pool', 'quiz'):
        op.drop_table(table)
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_column('has_questions')
    op.free_facts('activity')
    op.keep_facts('activity')
