"""A sample that all graders mark may have a file.

Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    foreign = {
        'program_id': 'program',
        'calibration_sample_id': 'calibration_sample',
        'recorded_by_id': 'person',
        'supersedes_id': 'calibration_file',
    }
    op.create_table('calibration_file',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('program_id', _number(), nullable=False),
        sa.Column('calibration_sample_id', _number(), nullable=False),
        sa.Column('number', _number(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('size', _number(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=False),
        sa.Column('is_removed', sa.Boolean(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recorded_by_id', _number(), nullable=True),
        sa.Column('supersedes_id', _number(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_calibration_file_{name}'))
            for name, to in foreign.items()
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_file')),
        sa.UniqueConstraint('public_id', name=op.f('uq_calibration_file_public_id')),
        sa.UniqueConstraint('supersedes_id', name=op.f('uq_calibration_file_supersedes_id')),
        sa.UniqueConstraint('calibration_sample_id', 'number', name=op.f('uq_calibration_file_calibration_sample_id_number')),
    )
    op.create_index(op.f('ix_calibration_file_program_id'), 'calibration_file', ['program_id'])
    op.create_index(op.f('ix_calibration_file_recorded_at'), 'calibration_file', ['recorded_at'])
    op.keep_facts('calibration_file')


def downgrade() -> None:
    op.free_facts('calibration_file')
    op.drop_table('calibration_file')
