"""Grading: drafts part by part, remarks, shared comments, marking tasks and rules, second marks, release plans,
regrades, policies by section, points from files, shared assessments.

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


SCORE_CHECKS = {'late_seconds': 'late_seconds >= 0', 'not_self': 'recorded_by_id IS NULL OR recorded_by_id <> student_id'}
SCORES = {'scorekind': "kind IN ('points', 'exempt', 'taken_back')", 'points': "(points IS NULL) = (kind <> 'points')"}
SCORES_BEFORE = {'scorekind': "kind IN ('points', 'exempt')", 'points': "(points IS NULL) = (kind = 'exempt')"}


def _check_scores(checks: dict[str, str]) -> None:
    """Renew what a score may be. SQLite rebuilds the table and forgets every CHECK and trigger of it."""
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if not is_sqlite:
        for name in checks:
            op.drop_constraint(op.f(f'ck_score_{name}'), 'score', type_='check')
    with op.batch_alter_table('score', recreate='always' if is_sqlite else 'never') as batch_op:
        for name, condition in {**checks, **(SCORE_CHECKS if is_sqlite else {})}.items():
            batch_op.create_check_constraint(op.f(f'ck_score_{name}'), condition)
    op.keep_facts('score')


def upgrade() -> None:
    _check_scores(SCORES)
    op.create_table('course_comment',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('course_id', _number(), nullable=False),
    sa.Column('person_id', _number(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_gone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_comment_course_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_course_comment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_comment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_comment_public_id'))
    )
    with op.batch_alter_table('course_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_comment_course_id'), ['course_id'], unique=False)

    op.create_table('grade_import',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('section_id', _number(), nullable=False),
    sa.Column('course_id', _number(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('file_sha256', sa.Text(), nullable=False),
    sa.Column('base_sha256', sa.Text(), nullable=False),
    sa.Column('rows', _number(), nullable=False),
    sa.Column('changes', _number(), nullable=False),
    sa.Column('unchanged', _number(), nullable=False),
    sa.Column('blank', _number(), nullable=False),
    sa.Column('faults', _number(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', _number(), nullable=True),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('applied_by_id', _number(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['applied_by_id'], ['person.id'], name=op.f('fk_grade_import_applied_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_grade_import_course_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_grade_import_made_by_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_grade_import_section_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_grade_import_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_grade_import_public_id'))
    )
    with op.batch_alter_table('grade_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grade_import_section_id'), ['section_id'], unique=False)

    op.create_table('grading_policy',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('section_id', _number(), nullable=False),
    sa.Column('course_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('late_rate_bp', _number(), nullable=False),
    sa.Column('late_interval_minutes', _number(), nullable=False),
    sa.Column('late_floor_bp', _number(), nullable=False),
    sa.Column('missing_after_days', _number(), nullable=True),
    sa.Column('missing_counts_bp', _number(), nullable=False),
    sa.Column('categories', sa.Text(), nullable=False),
    sa.Column('extra', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint('late_floor_bp BETWEEN 0 AND 10000', name=op.f('ck_grading_policy_late_floor_bp')),
    sa.CheckConstraint('late_interval_minutes >= 1', name=op.f('ck_grading_policy_interval')),
    sa.CheckConstraint('late_rate_bp BETWEEN 0 AND 10000', name=op.f('ck_grading_policy_late_rate_bp')),
    sa.CheckConstraint('missing_counts_bp BETWEEN 0 AND 10000', name=op.f('ck_grading_policy_missing_counts_bp')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_grading_policy_course_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_grading_policy_recorded_by_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_grading_policy_section_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['grading_policy.id'], name=op.f('fk_grading_policy_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_policy')),
    sa.UniqueConstraint('public_id', name=op.f('uq_grading_policy_public_id')),
    sa.UniqueConstraint('section_id', 'course_id', 'number', name=op.f('uq_grading_policy_section_id_course_id_number')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_grading_policy_supersedes_id'))
    )
    with op.batch_alter_table('grading_policy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grading_policy_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('marking_rule',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('section_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('is_anonymous', sa.Boolean(), nullable=False),
    sa.Column('is_double', sa.Boolean(), nullable=False),
    sa.Column('gap_bp', _number(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint('gap_bp BETWEEN 0 AND 10000', name=op.f('ck_marking_rule_gap_bp')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_marking_rule_activity_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_marking_rule_recorded_by_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_marking_rule_section_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['marking_rule.id'], name=op.f('fk_marking_rule_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_marking_rule')),
    sa.UniqueConstraint('public_id', name=op.f('uq_marking_rule_public_id')),
    sa.UniqueConstraint('section_id', 'activity_id', 'number', name=op.f('uq_marking_rule_section_id_activity_id_number')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_marking_rule_supersedes_id'))
    )
    with op.batch_alter_table('marking_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_marking_rule_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('marking_task',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('role', sa.Enum('first', 'second', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('grader_id', _number(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_marking_task_activity_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_marking_task_enrollment_id')),
    sa.ForeignKeyConstraint(['grader_id'], ['person.id'], name=op.f('fk_marking_task_grader_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_marking_task_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['marking_task.id'], name=op.f('fk_marking_task_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_marking_task')),
    sa.UniqueConstraint('enrollment_id', 'activity_id', 'role', 'number', name=op.f('uq_marking_task_enrollment_id_activity_id_role_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_marking_task_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_marking_task_supersedes_id'))
    )
    with op.batch_alter_table('marking_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_marking_task_activity_id_grader_id'), ['activity_id', 'grader_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_marking_task_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('release_plan',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('section_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('mode', sa.Enum('manual', 'at_once', 'scheduled', 'hidden', name='mode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint("(at IS NOT NULL) = (mode = 'scheduled')", name=op.f('ck_release_plan_at')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_release_plan_activity_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_release_plan_recorded_by_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_release_plan_section_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['release_plan.id'], name=op.f('fk_release_plan_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_plan')),
    sa.UniqueConstraint('public_id', name=op.f('uq_release_plan_public_id')),
    sa.UniqueConstraint('section_id', 'activity_id', 'number', name=op.f('uq_release_plan_section_id_activity_id_number')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_release_plan_supersedes_id'))
    )
    with op.batch_alter_table('release_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_plan_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_plan_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('second_mark',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('student_id', _number(), nullable=False),
    sa.Column('attempt', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('points', _number(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint('recorded_by_id IS NULL OR recorded_by_id <> student_id', name=op.f('ck_second_mark_not_self')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_second_mark_activity_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_second_mark_enrollment_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_second_mark_recorded_by_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_second_mark_student_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['second_mark.id'], name=op.f('fk_second_mark_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_mark')),
    sa.UniqueConstraint('enrollment_id', 'activity_id', 'attempt', 'number', name=op.f('uq_second_mark_enrollment_id_activity_id_attempt_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_second_mark_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_second_mark_supersedes_id'))
    )
    with op.batch_alter_table('second_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_second_mark_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('shared_assessment',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('is_over', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_shared_assessment_activity_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_shared_assessment_program_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_shared_assessment_recorded_by_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['shared_assessment.id'], name=op.f('fk_shared_assessment_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_assessment')),
    sa.UniqueConstraint('activity_id', 'number', name=op.f('uq_shared_assessment_activity_id_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_shared_assessment_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_shared_assessment_supersedes_id'))
    )
    with op.batch_alter_table('shared_assessment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shared_assessment_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('calibration_sample',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', _number(), nullable=False),
    sa.Column('shared_assessment_id', _number(), nullable=False),
    sa.Column('position', _number(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_calibration_sample_program_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_calibration_sample_recorded_by_id')),
    sa.ForeignKeyConstraint(['shared_assessment_id'], ['shared_assessment.id'], name=op.f('fk_calibration_sample_shared_assessment_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['calibration_sample.id'], name=op.f('fk_calibration_sample_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_sample')),
    sa.UniqueConstraint('public_id', name=op.f('uq_calibration_sample_public_id')),
    sa.UniqueConstraint('shared_assessment_id', 'position', name=op.f('uq_calibration_sample_shared_assessment_id_position')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_calibration_sample_supersedes_id'))
    )
    with op.batch_alter_table('calibration_sample', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calibration_sample_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('annotation',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('submission_id', _number(), nullable=False),
    sa.Column('file_id', _number(), nullable=True),
    sa.Column('page', _number(), nullable=True),
    sa.Column('line', _number(), nullable=True),
    sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint('line >= 1', name=op.f('ck_annotation_line')),
    sa.CheckConstraint('page >= 1', name=op.f('ck_annotation_page')),
    sa.CheckConstraint('page IS NULL OR line IS NULL', name=op.f('ck_annotation_one_place')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_annotation_enrollment_id')),
    sa.ForeignKeyConstraint(['file_id'], ['submission_file.id'], name=op.f('fk_annotation_file_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_annotation_recorded_by_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_annotation_submission_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['annotation.id'], name=op.f('fk_annotation_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_annotation_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_annotation_supersedes_id'))
    )
    with op.batch_alter_table('annotation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_annotation_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_annotation_submission_id'), ['submission_id'], unique=False)

    op.create_table('calibration_mark',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('program_id', _number(), nullable=False),
    sa.Column('calibration_sample_id', _number(), nullable=False),
    sa.Column('grader_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('rubric_id', _number(), nullable=True),
    sa.Column('points', _number(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['calibration_sample_id'], ['calibration_sample.id'], name=op.f('fk_calibration_mark_calibration_sample_id')),
    sa.ForeignKeyConstraint(['grader_id'], ['person.id'], name=op.f('fk_calibration_mark_grader_id')),
    sa.ForeignKeyConstraint(['program_id'], ['program.id'], name=op.f('fk_calibration_mark_program_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_calibration_mark_recorded_by_id')),
    sa.ForeignKeyConstraint(['rubric_id'], ['rubric.id'], name=op.f('fk_calibration_mark_rubric_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['calibration_mark.id'], name=op.f('fk_calibration_mark_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration_mark')),
    sa.UniqueConstraint('calibration_sample_id', 'grader_id', 'number', name=op.f('uq_calibration_mark_calibration_sample_id_grader_id_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_calibration_mark_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_calibration_mark_supersedes_id'))
    )
    with op.batch_alter_table('calibration_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calibration_mark_program_id'), ['program_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calibration_mark_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('grade_import_line',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('grade_import_id', _number(), nullable=False),
    sa.Column('section_id', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('student', sa.Text(), nullable=False),
    sa.Column('column', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=True),
    sa.Column('activity_id', _number(), nullable=True),
    sa.Column('attempt', _number(), nullable=False),
    sa.Column('old', _number(), nullable=True),
    sa.Column('new', _number(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('score_id', _number(), nullable=True),
    sa.Column('is_undone', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_grade_import_line_activity_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_grade_import_line_enrollment_id')),
    sa.ForeignKeyConstraint(['grade_import_id'], ['grade_import.id'], name=op.f('fk_grade_import_line_grade_import_id')),
    sa.ForeignKeyConstraint(['score_id'], ['score.id'], name=op.f('fk_grade_import_line_score_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_grade_import_line_section_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_import_line')),
    sa.UniqueConstraint('public_id', name=op.f('uq_grade_import_line_public_id'))
    )
    with op.batch_alter_table('grade_import_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grade_import_line_grade_import_id_number'), ['grade_import_id', 'number'], unique=False)

    op.create_table('mark_agreement',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('first_id', _number(), nullable=False),
    sa.Column('second_id', _number(), nullable=False),
    sa.Column('score_id', _number(), nullable=False),
    sa.Column('agreed_by', sa.Enum('mean', 'first', 'second', 'new', name='agreedby', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_mark_agreement_enrollment_id')),
    sa.ForeignKeyConstraint(['first_id'], ['score.id'], name=op.f('fk_mark_agreement_first_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_mark_agreement_recorded_by_id')),
    sa.ForeignKeyConstraint(['score_id'], ['score.id'], name=op.f('fk_mark_agreement_score_id')),
    sa.ForeignKeyConstraint(['second_id'], ['second_mark.id'], name=op.f('fk_mark_agreement_second_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['mark_agreement.id'], name=op.f('fk_mark_agreement_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_agreement')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mark_agreement_public_id')),
    sa.UniqueConstraint('score_id', name=op.f('uq_mark_agreement_score_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_mark_agreement_supersedes_id'))
    )
    with op.batch_alter_table('mark_agreement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mark_agreement_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('regrade_request',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('activity_id', _number(), nullable=False),
    sa.Column('attempt', _number(), nullable=False),
    sa.Column('number', _number(), nullable=False),
    sa.Column('score_id', _number(), nullable=False),
    sa.Column('criterion', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_regrade_request_activity_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_regrade_request_enrollment_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_regrade_request_recorded_by_id')),
    sa.ForeignKeyConstraint(['score_id'], ['score.id'], name=op.f('fk_regrade_request_score_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['regrade_request.id'], name=op.f('fk_regrade_request_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade_request')),
    sa.UniqueConstraint('enrollment_id', 'activity_id', 'attempt', 'number', name=op.f('uq_regrade_request_enrollment_id_activity_id_attempt_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_regrade_request_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_regrade_request_supersedes_id'))
    )
    with op.batch_alter_table('regrade_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regrade_request_activity_id'), ['activity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_regrade_request_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_regrade_request_score_id'), ['score_id'], unique=False)

    op.create_table('regrade_decision',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('regrade_request_id', _number(), nullable=False),
    sa.Column('is_changed', sa.Boolean(), nullable=False),
    sa.Column('score_id', _number(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.CheckConstraint('is_changed = (score_id IS NOT NULL)', name=op.f('ck_regrade_decision_changed')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_regrade_decision_enrollment_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_regrade_decision_recorded_by_id')),
    sa.ForeignKeyConstraint(['regrade_request_id'], ['regrade_request.id'], name=op.f('fk_regrade_decision_regrade_request_id')),
    sa.ForeignKeyConstraint(['score_id'], ['score.id'], name=op.f('fk_regrade_decision_score_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['regrade_decision.id'], name=op.f('fk_regrade_decision_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade_decision')),
    sa.UniqueConstraint('public_id', name=op.f('uq_regrade_decision_public_id')),
    sa.UniqueConstraint('regrade_request_id', name=op.f('uq_regrade_decision_regrade_request_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_regrade_decision_supersedes_id'))
    )
    with op.batch_alter_table('regrade_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regrade_decision_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('regrade_message',
    sa.Column('id', _number(), nullable=False),
    sa.Column('public_id', sa.Text(), nullable=False),
    sa.Column('enrollment_id', _number(), nullable=False),
    sa.Column('regrade_request_id', _number(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', _number(), nullable=True),
    sa.Column('supersedes_id', _number(), nullable=True),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollment.id'], name=op.f('fk_regrade_message_enrollment_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_regrade_message_recorded_by_id')),
    sa.ForeignKeyConstraint(['regrade_request_id'], ['regrade_request.id'], name=op.f('fk_regrade_message_regrade_request_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['regrade_message.id'], name=op.f('fk_regrade_message_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade_message')),
    sa.UniqueConstraint('public_id', name=op.f('uq_regrade_message_public_id')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_regrade_message_supersedes_id'))
    )
    with op.batch_alter_table('regrade_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regrade_message_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_regrade_message_regrade_request_id'), ['regrade_request_id'], unique=False)

    with op.batch_alter_table('draft_score', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stamps', sa.Text(), server_default='{}', nullable=False))

    op.keep_facts('grading_policy')
    op.keep_facts('marking_rule')
    op.keep_facts('marking_task')
    op.keep_facts('release_plan')
    op.keep_facts('second_mark')
    op.keep_facts('shared_assessment')
    op.keep_facts('calibration_sample')
    op.keep_facts('annotation')
    op.keep_facts('calibration_mark')
    op.keep_facts('mark_agreement')
    op.keep_facts('regrade_request')
    op.keep_facts('regrade_decision')
    op.keep_facts('regrade_message')


def downgrade() -> None:
    op.free_facts('score')
    op.execute("UPDATE score SET kind = 'exempt' WHERE kind = 'taken_back'")
    _check_scores(SCORES_BEFORE)
    op.free_facts('regrade_message')
    op.free_facts('regrade_decision')
    op.free_facts('regrade_request')
    op.free_facts('mark_agreement')
    op.free_facts('calibration_mark')
    op.free_facts('annotation')
    op.free_facts('calibration_sample')
    op.free_facts('shared_assessment')
    op.free_facts('second_mark')
    op.free_facts('release_plan')
    op.free_facts('marking_task')
    op.free_facts('marking_rule')
    op.free_facts('grading_policy')
    with op.batch_alter_table('draft_score', schema=None) as batch_op:
        batch_op.drop_column('stamps')

    with op.batch_alter_table('regrade_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regrade_message_regrade_request_id'))
        batch_op.drop_index(batch_op.f('ix_regrade_message_recorded_at'))

    op.drop_table('regrade_message')
    with op.batch_alter_table('regrade_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regrade_decision_recorded_at'))

    op.drop_table('regrade_decision')
    with op.batch_alter_table('regrade_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regrade_request_score_id'))
        batch_op.drop_index(batch_op.f('ix_regrade_request_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_regrade_request_activity_id'))

    op.drop_table('regrade_request')
    with op.batch_alter_table('mark_agreement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mark_agreement_recorded_at'))

    op.drop_table('mark_agreement')
    with op.batch_alter_table('grade_import_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grade_import_line_grade_import_id_number'))

    op.drop_table('grade_import_line')
    with op.batch_alter_table('calibration_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calibration_mark_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_calibration_mark_program_id'))

    op.drop_table('calibration_mark')
    with op.batch_alter_table('annotation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_annotation_submission_id'))
        batch_op.drop_index(batch_op.f('ix_annotation_recorded_at'))

    op.drop_table('annotation')
    with op.batch_alter_table('calibration_sample', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calibration_sample_recorded_at'))

    op.drop_table('calibration_sample')
    with op.batch_alter_table('shared_assessment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shared_assessment_recorded_at'))

    op.drop_table('shared_assessment')
    with op.batch_alter_table('second_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_second_mark_recorded_at'))

    op.drop_table('second_mark')
    with op.batch_alter_table('release_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_plan_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_release_plan_at'))

    op.drop_table('release_plan')
    with op.batch_alter_table('marking_task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_marking_task_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_marking_task_activity_id_grader_id'))

    op.drop_table('marking_task')
    with op.batch_alter_table('marking_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_marking_rule_recorded_at'))

    op.drop_table('marking_rule')
    with op.batch_alter_table('grading_policy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grading_policy_recorded_at'))

    op.drop_table('grading_policy')
    with op.batch_alter_table('grade_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grade_import_section_id'))

    op.drop_table('grade_import')
    with op.batch_alter_table('course_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_comment_course_id'))

    op.drop_table('course_comment')
