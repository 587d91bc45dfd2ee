"""What a follow-up's link lists; and the relations of later chapters, which the CHECKs of the first ones refused.

Delegating hours writes the relation `delegate`, which no migrated database took.

Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ITEM = 'follow_up_link_item'
BEFORE = (
    'self', 'student', 'instructor', 'assessor', 'coordinator', 'program_admin', 'reviewer', 'auditor', 'coach',
    'supervisor', 'sponsor', 'finance', 'firm_viewer', 'integrator', 'system',
)  # fmt: skip
LATER = ('delegate', 'link', 'review_link')
COLUMNS = {'access_grant': 'relation', 'appointment': 'relation', 'sign_off': 'role'}
OTHER_CHECKS = {
    'access_grant': {},
    'appointment': {'appointmentstate': "state IN ('asked', 'confirmed', 'declined', 'ended')"},
    'sign_off': {'level': 'level >= 1'},
}


def _number() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _check_relations(relations: tuple[str, ...]) -> None:
    """Renew which relations a row may name. SQLite rebuilds the table and forgets every CHECK and trigger of it."""
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    said = ', '.join(f"'{relation}'" for relation in relations)
    for table, column in COLUMNS.items():
        if not is_sqlite:
            op.drop_constraint(op.f(f'ck_{table}_relation'), table, type_='check')
        checks = {'relation': f'{column} IN ({said})', **(OTHER_CHECKS[table] if is_sqlite else {})}
        with op.batch_alter_table(table, recreate='always' if is_sqlite else 'never') as batch_op:
            for name, condition in checks.items():
                batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), condition)
    op.keep_facts('sign_off')


def upgrade() -> None:
    _check_relations((*BEFORE, *LATER))
    keys = {'follow_up_link_id': 'follow_up_link', 'follow_up_id': 'follow_up', 'person_id': 'person'}
    op.create_table(ITEM,
        *(sa.Column(name, _number(), nullable=False) for name in ('id', *keys)),
        *(sa.ForeignKeyConstraint([name], [f'{to}.id'], name=op.f(f'fk_{ITEM}_{name}')) for name, to in keys.items()),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{ITEM}')),
        sa.UniqueConstraint(
            'follow_up_link_id', 'follow_up_id', name=op.f(f'uq_{ITEM}_follow_up_link_id_follow_up_id')
        ),
    )
    op.create_index(op.f(f'ix_{ITEM}_person_id'), ITEM, ['person_id'])


def downgrade() -> None:
    op.drop_table(ITEM)
    later = ', '.join(f"'{relation}'" for relation in LATER)
    op.execute(f'DELETE FROM access_grant WHERE relation IN ({later})')  # rows that could not be before
    _check_relations(BEFORE)
