"""Statements, reference data, benchmarks, follow-ups and plans of projects.

Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('reference_band',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dimension', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('first_year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decided', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('implemented', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('plants', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_shown', sa.Boolean(), nullable=False),
    sa.Column('q25_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('q50_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('q75_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('q95_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payback_months_e1', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_band')),
    sa.UniqueConstraint('dimension', 'key', 'first_year', name=op.f('uq_reference_band_dimension_key_first_year'))
    )
    op.create_table('reference_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('recommendations', 'plants', name='filekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('mapping', sa.Text(), nullable=False),
    sa.Column('rows', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('read_rows', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('refused', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('faults', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_file')),
    sa.UniqueConstraint('kind', 'sha256', 'mapping', name=op.f('uq_reference_file_kind_sha256_mapping')),
    sa.UniqueConstraint('public_id', name=op.f('uq_reference_file_public_id'))
    )
    op.create_table('benchmark_choice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('firm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('takes_part', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['firm_id'], ['firm.id'], name=op.f('fk_benchmark_choice_firm_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_benchmark_choice_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['benchmark_choice.id'], name=op.f('fk_benchmark_choice_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_benchmark_choice')),
    sa.UniqueConstraint('public_id', name=op.f('uq_benchmark_choice_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_benchmark_choice_supersedes_id'))
    )
    with op.batch_alter_table('benchmark_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_benchmark_choice_firm_id'), ['firm_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_benchmark_choice_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('benchmark_snapshot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quarter', sa.Text(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_benchmark_snapshot_program_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_benchmark_snapshot_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['benchmark_snapshot.id'], name=op.f('fk_benchmark_snapshot_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_benchmark_snapshot')),
    sa.UniqueConstraint('program_id', 'quarter', name=op.f('uq_benchmark_snapshot_program_id_quarter')),
    sa.UniqueConstraint('public_id', name=op.f('uq_benchmark_snapshot_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_benchmark_snapshot_supersedes_id'))
    )
    with op.batch_alter_table('benchmark_snapshot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_benchmark_snapshot_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('firm_succession',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('firm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['firm_id'], ['firm.id'], name=op.f('fk_firm_succession_firm_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_firm_succession_recorded_by_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['firm.id'], name=op.f('fk_firm_succession_successor_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['firm_succession.id'], name=op.f('fk_firm_succession_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_succession')),
    sa.UniqueConstraint('public_id', name=op.f('uq_firm_succession_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_firm_succession_supersedes_id'))
    )
    with op.batch_alter_table('firm_succession', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_firm_succession_firm_id'), ['firm_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_firm_succession_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('reference_plant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('assessment', sa.Text(), nullable=False),
    sa.Column('fiscal_year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sic', sa.Text(), nullable=True),
    sa.Column('naics', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('sales_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('employees', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['reference_file.id'], name=op.f('fk_reference_plant_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_plant')),
    sa.UniqueConstraint('assessment', name=op.f('uq_reference_plant_assessment'))
    )
    op.create_table('reference_recommendation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recommendation', sa.Text(), nullable=False),
    sa.Column('assessment', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fiscal_year', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.Enum('I', 'P', 'N', 'K', name='implementationstatus', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('cost_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resource', sa.Text(), nullable=True),
    sa.Column('quantity', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('saved_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('arc_code', sa.Text(), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['reference_file.id'], name=op.f('fk_reference_recommendation_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_recommendation')),
    sa.UniqueConstraint('recommendation', name=op.f('uq_reference_recommendation_recommendation'))
    )
    with op.batch_alter_table('reference_recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reference_recommendation_assessment'), ['assessment'], unique=False)

    op.create_table('artifact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('plan', 'a3', 'data', 'report', 'presentation', 'photo', 'other', name='artifactkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_removed', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_artifact_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_artifact_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['artifact.id'], name=op.f('fk_artifact_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_artifact')),
    sa.UniqueConstraint('public_id', name=op.f('uq_artifact_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_artifact_supersedes_id'))
    )
    with op.batch_alter_table('artifact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_artifact_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_artifact_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('milestone', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_follow_up_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_follow_up_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['follow_up.id'], name=op.f('fk_follow_up_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('project_id', 'milestone', name=op.f('uq_follow_up_project_id_milestone')),
    sa.UniqueConstraint('public_id', name=op.f('uq_follow_up_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_follow_up_supersedes_id'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('gate_submission',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gate', sa.Enum('charter', 'baseline', 'analyze', 'improve', 'control', name='gatekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_gate_submission_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_gate_submission_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['gate_submission.id'], name=op.f('fk_gate_submission_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_submission')),
    sa.UniqueConstraint('project_id', 'gate', 'number', name=op.f('uq_gate_submission_project_id_gate_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_gate_submission_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_gate_submission_supersedes_id'))
    )
    with op.batch_alter_table('gate_submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gate_submission_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('milestone',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('is_removed', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_milestone_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_milestone_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['milestone.id'], name=op.f('fk_milestone_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sa.UniqueConstraint('public_id', name=op.f('uq_milestone_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_milestone_supersedes_id'))
    )
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_milestone_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('plan_template',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template', sa.Enum('dmaic', 'a3', name='template', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_plan_template_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_plan_template_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['plan_template.id'], name=op.f('fk_plan_template_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_template')),
    sa.UniqueConstraint('public_id', name=op.f('uq_plan_template_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_plan_template_supersedes_id'))
    )
    with op.batch_alter_table('plan_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_template_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_template_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('firm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rate_bp', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('head', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['firm_id'], ['firm.id'], name=op.f('fk_statement_firm_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_statement_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_statement_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['statement.id'], name=op.f('fk_statement_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement')),
    sa.UniqueConstraint('public_id', name=op.f('uq_statement_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_statement_supersedes_id'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_firm_id_recorded_at'), ['firm_id', 'recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_statement_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_statement_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('follow_up_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('follow_up_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('in_use', sa.Enum('yes', 'partly', 'no', name='inuse', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('volume', sa.Enum('same', 'more', 'less', name='volume', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('new_cost_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('drift', sa.Enum('none', 'machine', 'people', 'volume', 'product', 'price', 'other', name='drift', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('jobs', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('margin_minor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('intangibles', sa.Text(), nullable=False),
    sa.Column('again', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('publish', sa.Enum('nothing', 'title', 'title_and_amount', name='publish', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('by_link', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_up.id'], name=op.f('fk_follow_up_answer_follow_up_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_follow_up_answer_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_follow_up_answer_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['follow_up_answer.id'], name=op.f('fk_follow_up_answer_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up_answer')),
    sa.UniqueConstraint('public_id', name=op.f('uq_follow_up_answer_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_follow_up_answer_supersedes_id'))
    )
    with op.batch_alter_table('follow_up_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_answer_follow_up_id'), ['follow_up_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_answer_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_answer_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('follow_up_end',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('follow_up_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.Enum('I', 'P', 'N', 'K', name='implementationstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_up.id'], name=op.f('fk_follow_up_end_follow_up_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_follow_up_end_project_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_follow_up_end_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['follow_up_end.id'], name=op.f('fk_follow_up_end_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up_end')),
    sa.UniqueConstraint('follow_up_id', name=op.f('uq_follow_up_end_follow_up_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_follow_up_end_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_follow_up_end_supersedes_id'))
    )
    with op.batch_alter_table('follow_up_end', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_end_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_end_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('follow_up_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('follow_up_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_sha256', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_up.id'], name=op.f('fk_follow_up_link_follow_up_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_follow_up_link_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up_link')),
    sa.UniqueConstraint('public_id', name=op.f('uq_follow_up_link_public_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_follow_up_link_token_sha256'))
    )
    with op.batch_alter_table('follow_up_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_up_link_follow_up_id'), ['follow_up_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_up_link_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('project_summary', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sums', sa.Text(), nullable=True))

    op.keep_facts('benchmark_choice')
    op.keep_facts('benchmark_snapshot')
    op.keep_facts('firm_succession')
    op.keep_facts('artifact')
    op.keep_facts('follow_up')
    op.keep_facts('gate_submission')
    op.keep_facts('milestone')
    op.keep_facts('plan_template')
    op.keep_facts('statement')
    op.keep_facts('follow_up_answer')
    op.keep_facts('follow_up_end')



def downgrade() -> None:

    op.free_facts('follow_up_end')
    op.free_facts('follow_up_answer')
    op.free_facts('statement')
    op.free_facts('plan_template')
    op.free_facts('milestone')
    op.free_facts('gate_submission')
    op.free_facts('follow_up')
    op.free_facts('artifact')
    op.free_facts('firm_succession')
    op.free_facts('benchmark_snapshot')
    op.free_facts('benchmark_choice')
    with op.batch_alter_table('project_summary', schema=None) as batch_op:
        batch_op.drop_column('sums')

    with op.batch_alter_table('follow_up_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_link_person_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_link_follow_up_id'))

    op.drop_table('follow_up_link')
    with op.batch_alter_table('follow_up_end', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_end_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_follow_up_end_project_id'))

    op.drop_table('follow_up_end')
    with op.batch_alter_table('follow_up_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_answer_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_follow_up_answer_project_id'))
        batch_op.drop_index(batch_op.f('ix_follow_up_answer_follow_up_id'))

    op.drop_table('follow_up_answer')
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_statement_project_id'))
        batch_op.drop_index(batch_op.f('ix_statement_firm_id_recorded_at'))

    op.drop_table('statement')
    with op.batch_alter_table('plan_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_template_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_plan_template_project_id'))

    op.drop_table('plan_template')
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_milestone_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_milestone_project_id'))

    op.drop_table('milestone')
    with op.batch_alter_table('gate_submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gate_submission_recorded_at'))

    op.drop_table('gate_submission')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_up_recorded_at'))

    op.drop_table('follow_up')
    with op.batch_alter_table('artifact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_artifact_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_artifact_project_id'))

    op.drop_table('artifact')
    with op.batch_alter_table('reference_recommendation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reference_recommendation_assessment'))

    op.drop_table('reference_recommendation')
    op.drop_table('reference_plant')
    with op.batch_alter_table('firm_succession', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_firm_succession_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_firm_succession_firm_id'))

    op.drop_table('firm_succession')
    with op.batch_alter_table('benchmark_snapshot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_benchmark_snapshot_recorded_at'))

    op.drop_table('benchmark_snapshot')
    with op.batch_alter_table('benchmark_choice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_benchmark_choice_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_benchmark_choice_firm_id'))

    op.drop_table('benchmark_choice')
    op.drop_table('reference_file')
    op.drop_table('reference_band')

