"""Prerequisites between courses; progress reviews.

Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('course', sa.Column('prerequisites', sa.Text(), server_default='[]', nullable=False))


def downgrade() -> None:
    op.drop_column('course', 'prerequisites')
