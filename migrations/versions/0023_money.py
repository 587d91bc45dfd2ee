"""What energy assessments recommended to a firm, row by row; and why the figures of a review are what they are.

Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FACTS = ('review_why', 'energy_reading', 'energy_audience', 'energy_proposal', 'energy_recommendation')


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _json() -> sa.types.TypeEngine:
    return sa.Text()


def _enum(name: str, *values: str) -> sa.types.TypeEngine:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _table(table: str, keys: dict[str, str], *columns: sa.Column) -> None:
    """A table with a row number and a public id. keys: the foreign keys by column, each to a table."""
    op.create_table(table,
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        *columns,
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{table}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        sa.UniqueConstraint('public_id', name=op.f(f'uq_{table}_public_id')),
    )


def _fact(table: str, keys: dict[str, str], *columns: sa.Column | sa.Constraint, of: str = 'firm') -> None:
    """A table of facts that hang from a row of the table `of`."""
    _table(table, {**keys, f'{of}_id': of, 'recorded_by_id': 'person', 'supersedes_id': table},
        sa.Column(f'{of}_id', _number(), nullable=False),
        *columns,
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        sa.UniqueConstraint('supersedes_id', name=op.f(f'uq_{table}_supersedes_id')),
    )
    for name in ('recorded_at', f'{of}_id')[: 2 if of == 'firm' else 1]:
        op.create_index(op.f(f'ix_{table}_{name}'), table, [name])
    op.keep_facts(table)


def upgrade() -> None:
    people = ('made_by_id', 'applied_by_id', 'withdrawn_by_id')
    _table('energy_file', {'firm_id': 'firm', **dict.fromkeys(people, 'person')},
        sa.Column('firm_id', _number(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ('file_name', 'file_sha256', 'base_sha256')),
        sa.Column('mapping', _json(), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('is_sample', sa.Boolean(), nullable=False),
        *(sa.Column(name, _number(), nullable=False) for name in ('rows', 'added', 'changed', 'unchanged', 'faults')),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by_id', _number(), nullable=True),
        sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('applied_by_id', _number(), nullable=True),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_by_id', _number(), nullable=True),
    )
    op.create_index(op.f('ix_energy_file_firm_id'), 'energy_file', ['firm_id'])
    _fact('energy_recommendation', {'energy_file_id': 'energy_file'},
        sa.Column('energy_file_id', _number(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('assessment', sa.Text(), nullable=False),
        sa.Column('number', _number(), nullable=True),
        sa.Column('fiscal_year', _number(), nullable=True),
        sa.Column('status', _enum('implementationstatus', 'I', 'P', 'N', 'K'), nullable=True),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('cost_minor', _number(), nullable=True),
        sa.Column('saved_minor', _number(), nullable=True),
        sa.Column('resource', sa.Text(), nullable=True),
        sa.Column('quantity', _number(), nullable=True),
        sa.Column('arc_code', sa.Text(), nullable=True),
        sa.Column('is_sample', sa.Boolean(), nullable=False),
        sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
    )
    _table('energy_file_line',
        {'energy_file_id': 'energy_file', 'firm_id': 'firm', 'recommendation_id': 'energy_recommendation'},
        sa.Column('energy_file_id', _number(), nullable=False),
        sa.Column('firm_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('kind', _enum('effect', 'added', 'changed', 'same', 'fault'), nullable=False),
        sa.Column('old', _json(), nullable=True),
        sa.Column('new', _json(), nullable=True),
        sa.Column('fault', _json(), nullable=True),
        sa.Column('recommendation_id', _number(), nullable=True),
        sa.Column('is_withdrawn', sa.Boolean(), nullable=True),
    )
    op.create_index(op.f('ix_energy_file_line_energy_file_id_number'), 'energy_file_line', ['energy_file_id', 'number'])
    _fact('energy_proposal', {'recommendation_id': 'energy_recommendation', 'project_id': 'project'},
        sa.Column('recommendation_id', _number(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('project_id', _number(), nullable=False),
        sa.UniqueConstraint('project_id', name=op.f('uq_energy_proposal_project_id')),
    )
    _fact('energy_audience', {}, sa.Column('audience', _enum('audience', 'firm', 'staff'), nullable=False))
    _fact('energy_reading', {})
    _fact('review_why', {},
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('whys', _json(), nullable=False),
        sa.UniqueConstraint('progress_review_id', 'sha256', name=op.f('uq_review_why_progress_review_id_sha256')),
        of='progress_review',
    )


def downgrade() -> None:
    for table in FACTS:
        op.free_facts(table)
    for table in (*FACTS[:4], 'energy_file_line', FACTS[4], 'energy_file'):
        op.drop_table(table)
