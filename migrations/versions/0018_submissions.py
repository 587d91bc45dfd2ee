"""Files of a submission arrive in parts.

Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('partial_upload',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('activity_id', _number(), nullable=False),
        sa.Column('client_key', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('size', _number(), nullable=False),
        sa.Column('sha256', sa.Text(), nullable=True),
        sa.Column('received', _number(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('received BETWEEN 0 AND size', name=op.f('ck_partial_upload_received')),
        sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_partial_upload_activity_id')),
        sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_partial_upload_enrollment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_partial_upload')),
        sa.UniqueConstraint('enrollment_id', 'activity_id', 'client_key', name=op.f('uq_partial_upload_enrollment_id_activity_id_client_key')),
        sa.UniqueConstraint('public_id', name=op.f('uq_partial_upload_public_id')),
    )
    op.create_index(op.f('ix_partial_upload_activity_id'), 'partial_upload', ['activity_id'])
    op.create_index(op.f('ix_partial_upload_expires_at'), 'partial_upload', ['expires_at'])
    op.create_table('upload_part',
        sa.Column('id', _number(), nullable=False),
        sa.Column('public_id', sa.Text(), nullable=False),
        sa.Column('partial_upload_id', _number(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('begins_at', _number(), nullable=False),
        sa.Column('size', _number(), nullable=False),
        sa.Column('stored_as', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_upload_part_enrollment_id')),
        sa.ForeignKeyConstraint(['partial_upload_id'], ['partial_upload.id'], name=op.f('fk_upload_part_partial_upload_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_upload_part')),
        sa.UniqueConstraint('partial_upload_id', 'begins_at', name=op.f('uq_upload_part_partial_upload_id_begins_at')),
        sa.UniqueConstraint('public_id', name=op.f('uq_upload_part_public_id')),
        sa.UniqueConstraint('stored_as', name=op.f('uq_upload_part_stored_as')),
    )


def downgrade() -> None:
    op.drop_table('upload_part')
    op.drop_table('partial_upload')
