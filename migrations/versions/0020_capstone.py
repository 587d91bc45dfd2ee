"""Gates that hold a project: agreed in the charter, opened by the office, begun with by a cohort.

Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

GATES = ('charter', 'baseline', 'analyze', 'improve', 'control')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _enum(name: str, *values: str) -> sa.types.TypeEngine:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _fact(table: str, keys: dict[str, str], *columns: sa.Column) -> None:
    """A table of facts. keys: the foreign keys by column, each to a table."""
    keys = {**keys, 'recorded_by_id': 'person', 'supersedes_id': table}
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
    op.free_facts('plan_template')
    with op.batch_alter_table('plan_template') as batch:
        batch.add_column(sa.Column('is_binding', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.keep_facts('plan_template')
    _fact('cohort_template', {'cohort_id': 'cohort'},
        sa.Column('cohort_id', _number(), nullable=False),
        sa.Column('template', _enum('template', 'dmaic', 'a3'), nullable=False),
    )
    op.create_index(op.f('ix_cohort_template_cohort_id'), 'cohort_template', ['cohort_id'])
    _fact('gate_override', {'project_id': 'project'},
        sa.Column('project_id', _number(), nullable=False),
        sa.Column('gate', _enum('gatekind', *GATES), nullable=False),
        sa.Column('is_taken_back', sa.Boolean(), nullable=False),
    )
    op.create_index(op.f('ix_gate_override_project_id'), 'gate_override', ['project_id'])


def downgrade() -> None:
    for table in ('gate_override', 'cohort_template'):
        op.free_facts(table)
        op.drop_table(table)
    op.free_facts('plan_template')
    with op.batch_alter_table('plan_template') as batch:
        batch.drop_column('is_binding')
    op.keep_facts('plan_template')
