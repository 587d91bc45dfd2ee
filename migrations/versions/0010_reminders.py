"""Each rung of the reminders is judged once; people choose their hours for mail and see what was written to them.

An index answers sums of hours by student and day without the rows.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('hours_reminder',
        sa.Column('id', _number(), nullable=False),
        sa.Column('enrollment_id', _number(), nullable=False),
        sa.Column('monday', sa.Date(), nullable=False),
        sa.Column('rung', sa.Enum('thursday', 'sunday', 'tuesday', 'wednesday', name='rung', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('outcome', sa.Enum('reminded', 'logged', 'handed_in', 'nothing_expected', 'away', 'not_studying', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('judged_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_hours_reminder_enrollment_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_reminder')),
        sa.UniqueConstraint('enrollment_id', 'monday', 'rung', name=op.f('uq_hours_reminder_enrollment_id_monday_rung')),
    )
    op.create_index(op.f('ix_hours_reminder_monday_rung'), 'hours_reminder', ['monday', 'rung'])
    op.create_table('mail_day',
        sa.Column('id', _number(), nullable=False),
        sa.Column('person_id', _number(), nullable=False),
        sa.Column('begins_minute', _number(), nullable=False),
        sa.Column('ends_minute', _number(), nullable=False),
        sa.CheckConstraint('begins_minute BETWEEN 0 AND 1439', name=op.f('ck_mail_day_begins')),
        sa.CheckConstraint('ends_minute BETWEEN 0 AND 1439', name=op.f('ck_mail_day_ends')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_day_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_day')),
        sa.UniqueConstraint('person_id', name=op.f('uq_mail_day_person_id')),
    )
    op.create_index(op.f('ix_hours_entry_enrollment_id_day'), 'hours_entry', ['enrollment_id', 'day'], postgresql_include=['id', 'monday', 'minutes', 'kind', 'is_removal'])
    op.add_column('outbox_message', sa.Column('read_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('outbox_message', 'read_at')
    op.drop_index(op.f('ix_hours_entry_enrollment_id_day'), 'hours_entry')
    op.drop_table('mail_day')
    op.drop_table('hours_reminder')
