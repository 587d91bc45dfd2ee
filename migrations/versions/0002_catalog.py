"""Drafts as documents, published versions that never change, versions of a student, topics.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# What keeps a published version; `lms.hub.catalog.frozen` says why.
GUARDS = {
    'sqlite': (
        "CREATE TRIGGER program_version_published_update BEFORE UPDATE ON program_version WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (program_version)'); END",
        "CREATE TRIGGER program_version_published_delete BEFORE DELETE ON program_version WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (program_version)'); END",
        "CREATE TRIGGER version_document_published_insert BEFORE INSERT ON version_document WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (version_document)'); END",
        "CREATE TRIGGER version_document_published_update BEFORE UPDATE ON version_document WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (version_document)'); END",
        "CREATE TRIGGER version_document_published_delete BEFORE DELETE ON version_document WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (version_document)'); END",
        "CREATE TRIGGER course_published_insert BEFORE INSERT ON course WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (course)'); END",
        "CREATE TRIGGER course_published_update BEFORE UPDATE ON course WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (course)'); END",
        "CREATE TRIGGER course_published_delete BEFORE DELETE ON course WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (course)'); END",
        "CREATE TRIGGER requirement_published_insert BEFORE INSERT ON requirement WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (requirement)'); END",
        "CREATE TRIGGER requirement_published_update BEFORE UPDATE ON requirement WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (requirement)'); END",
        "CREATE TRIGGER requirement_published_delete BEFORE DELETE ON requirement WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (requirement)'); END",
        "CREATE TRIGGER unit_published_insert BEFORE INSERT ON unit WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (unit)'); END",
        "CREATE TRIGGER unit_published_update BEFORE UPDATE ON unit WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (unit)'); END",
        "CREATE TRIGGER unit_published_delete BEFORE DELETE ON unit WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (unit)'); END",
        "CREATE TRIGGER outcome_published_insert BEFORE INSERT ON outcome WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (outcome)'); END",
        "CREATE TRIGGER outcome_published_update BEFORE UPDATE ON outcome WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (outcome)'); END",
        "CREATE TRIGGER outcome_published_delete BEFORE DELETE ON outcome WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (outcome)'); END",
        "CREATE TRIGGER content_item_published_insert BEFORE INSERT ON content_item WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = NEW.unit_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (content_item)'); END",
        "CREATE TRIGGER content_item_published_update BEFORE UPDATE ON content_item WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = OLD.unit_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = NEW.unit_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (content_item)'); END",
        "CREATE TRIGGER content_item_published_delete BEFORE DELETE ON content_item WHEN EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = OLD.unit_id)) BEGIN SELECT RAISE(ABORT, 'a published version never changes: start the next one (content_item)'); END",
    ),
    'postgresql': (
        "CREATE OR REPLACE FUNCTION program_version_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' AND (OLD.published_at IS NOT NULL) THEN RAISE EXCEPTION 'a published version never changes: start the next one (program_version)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (OLD.published_at IS NOT NULL) THEN RAISE EXCEPTION 'a published version never changes: start the next one (program_version)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER program_version_published BEFORE UPDATE OR DELETE ON program_version FOR EACH ROW EXECUTE FUNCTION program_version_published()',
        "CREATE OR REPLACE FUNCTION version_document_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (version_document)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (version_document)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (version_document)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER version_document_published BEFORE INSERT OR UPDATE OR DELETE ON version_document FOR EACH ROW EXECUTE FUNCTION version_document_published()',
        "CREATE OR REPLACE FUNCTION course_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (course)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (course)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (course)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER course_published BEFORE INSERT OR UPDATE OR DELETE ON course FOR EACH ROW EXECUTE FUNCTION course_published()',
        "CREATE OR REPLACE FUNCTION requirement_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (requirement)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = NEW.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (requirement)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = OLD.program_version_id)) THEN RAISE EXCEPTION 'a published version never changes: start the next one (requirement)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER requirement_published BEFORE INSERT OR UPDATE OR DELETE ON requirement FOR EACH ROW EXECUTE FUNCTION requirement_published()',
        "CREATE OR REPLACE FUNCTION unit_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (unit)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (unit)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (unit)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER unit_published BEFORE INSERT OR UPDATE OR DELETE ON unit FOR EACH ROW EXECUTE FUNCTION unit_published()',
        "CREATE OR REPLACE FUNCTION outcome_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (outcome)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = NEW.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (outcome)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c WHERE c.id = OLD.course_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (outcome)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER outcome_published BEFORE INSERT OR UPDATE OR DELETE ON outcome FOR EACH ROW EXECUTE FUNCTION outcome_published()',
        "CREATE OR REPLACE FUNCTION content_item_published() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = NEW.unit_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (content_item)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'UPDATE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = OLD.unit_id)) OR EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = NEW.unit_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (content_item)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM program_version v WHERE v.published_at IS NOT NULL AND v.id = (SELECT c.program_version_id FROM course c JOIN unit u ON u.course_id = c.id WHERE u.id = OLD.unit_id))) THEN RAISE EXCEPTION 'a published version never changes: start the next one (content_item)' USING ERRCODE = 'restrict_violation'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        'CREATE TRIGGER content_item_published BEFORE INSERT OR UPDATE OR DELETE ON content_item FOR EACH ROW EXECUTE FUNCTION content_item_published()',
    ),
}
DROPS = {
    'sqlite': (
        'DROP TRIGGER program_version_published_update',
        'DROP TRIGGER program_version_published_delete',
        'DROP TRIGGER version_document_published_insert',
        'DROP TRIGGER version_document_published_update',
        'DROP TRIGGER version_document_published_delete',
        'DROP TRIGGER course_published_insert',
        'DROP TRIGGER course_published_update',
        'DROP TRIGGER course_published_delete',
        'DROP TRIGGER requirement_published_insert',
        'DROP TRIGGER requirement_published_update',
        'DROP TRIGGER requirement_published_delete',
        'DROP TRIGGER unit_published_insert',
        'DROP TRIGGER unit_published_update',
        'DROP TRIGGER unit_published_delete',
        'DROP TRIGGER outcome_published_insert',
        'DROP TRIGGER outcome_published_update',
        'DROP TRIGGER outcome_published_delete',
        'DROP TRIGGER content_item_published_insert',
        'DROP TRIGGER content_item_published_update',
        'DROP TRIGGER content_item_published_delete',
    ),
    'postgresql': (
        'DROP FUNCTION program_version_published() CASCADE',
        'DROP FUNCTION version_document_published() CASCADE',
        'DROP FUNCTION course_published() CASCADE',
        'DROP FUNCTION requirement_published() CASCADE',
        'DROP FUNCTION unit_published() CASCADE',
        'DROP FUNCTION outcome_published() CASCADE',
        'DROP FUNCTION content_item_published() CASCADE',
    ),
}


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('topic',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_code', sa.Text(), nullable=True),
    sa.Column('firm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['firm_id'], ['firm.id'], name=op.f('fk_topic_firm_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_topic_program_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_topic_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['topic.id'], name=op.f('fk_topic_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('public_id', name=op.f('uq_topic_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_topic_supersedes_id'))
    )
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_program_id'), ['program_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('topic_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decided', sa.Enum('accepted', 'declined', name='topicdecided', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('program_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(program_version_id IS NULL) = (decided = 'declined')", name=op.f('ck_topic_decision_version')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_topic_decision_program_id')),
    sa.ForeignKeyConstraint(['program_version_id'], ['program_version.id'], name=op.f('fk_topic_decision_program_version_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_topic_decision_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['topic_decision.id'], name=op.f('fk_topic_decision_supersedes_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_decision_topic_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_decision')),
    sa.UniqueConstraint('public_id', name=op.f('uq_topic_decision_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_topic_decision_supersedes_id'))
    )
    with op.batch_alter_table('topic_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_decision_program_version_id'), ['program_version_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_decision_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_decision_topic_id'), ['topic_id'], unique=False)

    op.create_table('topic_endorsement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('topic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('firm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['firm_id'], ['firm.id'], name=op.f('fk_topic_endorsement_firm_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_topic_endorsement_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['topic_endorsement.id'], name=op.f('fk_topic_endorsement_supersedes_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_endorsement_topic_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_endorsement')),
    sa.UniqueConstraint('public_id', name=op.f('uq_topic_endorsement_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_topic_endorsement_supersedes_id')),
    sa.UniqueConstraint('topic_id', 'firm_id', 'number', name=op.f('uq_topic_endorsement_topic_id_firm_id_number'))
    )
    with op.batch_alter_table('topic_endorsement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_endorsement_firm_id'), ['firm_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_endorsement_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_topic_endorsement_topic_id'), ['topic_id'], unique=False)

    op.create_table('version_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('program_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['program_version_id'], ['program_version.id'], name=op.f('fk_version_document_program_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_document')),
    sa.UniqueConstraint('program_version_id', name=op.f('uq_version_document_program_version_id'))
    )
    op.create_table('content_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('lecture', 'video', 'lab_sheet', 'simulation', 'reading', name='itemkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('minutes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('completion', sa.Enum('open', 'mark', 'sign', 'none', name='completion', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('file_sha256', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_content_item_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_item')),
    sa.UniqueConstraint('public_id', name=op.f('uq_content_item_public_id'))
    )
    with op.batch_alter_table('content_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_content_item_unit_id'), ['unit_id'], unique=False)

    op.create_table('version_pin',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('program_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_version_pin_enrollment_id')),
    sa.ForeignKeyConstraint(['program_version_id'], ['program_version.id'], name=op.f('fk_version_pin_program_version_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_version_pin_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['version_pin.id'], name=op.f('fk_version_pin_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_pin')),
    sa.UniqueConstraint('public_id', name=op.f('uq_version_pin_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_version_pin_supersedes_id'))
    )
    with op.batch_alter_table('version_pin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_version_pin_enrollment_id'), ['enrollment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_version_pin_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('work_carry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_work_carry_enrollment_id')),
    sa.ForeignKeyConstraint(['from_activity_id'], ['activity.id'], name=op.f('fk_work_carry_from_activity_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_work_carry_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['work_carry.id'], name=op.f('fk_work_carry_supersedes_id')),
    sa.ForeignKeyConstraint(['to_activity_id'], ['activity.id'], name=op.f('fk_work_carry_to_activity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_carry')),
    sa.UniqueConstraint('enrollment_id', 'from_activity_id', 'to_activity_id', name=op.f('uq_work_carry_enrollment_id_from_activity_id_to_activity_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_work_carry_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_work_carry_supersedes_id'))
    )
    with op.batch_alter_table('work_carry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_carry_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_carry_to_activity_id'), ['to_activity_id'], unique=False)

    op.keep_facts('topic')
    op.keep_facts('topic_decision')
    op.keep_facts('topic_endorsement')
    op.keep_facts('version_pin')
    op.keep_facts('work_carry')
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    # ### end Alembic commands ###


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    for statement in DROPS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.free_facts('work_carry')
    op.free_facts('version_pin')
    op.free_facts('topic_endorsement')
    op.free_facts('topic_decision')
    op.free_facts('topic')
    with op.batch_alter_table('work_carry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_carry_to_activity_id'))
        batch_op.drop_index(batch_op.f('ix_work_carry_recorded_at'))

    op.drop_table('work_carry')
    with op.batch_alter_table('version_pin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_version_pin_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_version_pin_enrollment_id'))

    op.drop_table('version_pin')
    with op.batch_alter_table('content_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_content_item_unit_id'))

    op.drop_table('content_item')
    op.drop_table('version_document')
    with op.batch_alter_table('topic_endorsement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_endorsement_topic_id'))
        batch_op.drop_index(batch_op.f('ix_topic_endorsement_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_topic_endorsement_firm_id'))

    op.drop_table('topic_endorsement')
    with op.batch_alter_table('topic_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_decision_topic_id'))
        batch_op.drop_index(batch_op.f('ix_topic_decision_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_topic_decision_program_version_id'))

    op.drop_table('topic_decision')
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_topic_program_id'))

    op.drop_table('topic')
    # ### end Alembic commands ###
