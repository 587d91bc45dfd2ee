"""Scores say under which version of the grading policy they were given, drafts when their words last changed.

Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('score', sa.Column('policy_number', _number(), nullable=True))
    op.add_column('draft', sa.Column('text_version', _number(), server_default='1', nullable=False))


def downgrade() -> None:
    op.drop_column('draft', 'text_version')
    op.drop_column('score', 'policy_number')
