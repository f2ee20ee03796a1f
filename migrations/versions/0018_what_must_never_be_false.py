"""What must never be false is kept by the database in every table, as it is in those of the records; a mail is found by what it proves."""

import sqlalchemy as sa
from alembic import op

from migrations.checks import add_checks, drop_checks

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WHOLE = "BETWEEN 0 AND 2000000000"
STATUSES = (
    "'preparing', 'draft', 'awaiting_stamp', 'submitted', 'reviewing', 'withdrawal_requested', "
    "'withdrawn', 'returned', 'received', 'accepted', 'shipped', 'cancelled'"
)
RULES = {
    "account": (
        ("totp_last_step_is_known", f"totp_last_step {WHOLE}"),
        ("seen_up_to_is_known", f"seen_up_to {WHOLE}"),
    ),
    "account_request": (
        ("type_position_is_known", "type_position IN ('before', 'after')"),
        ("state_is_known", "state IN ('received', 'issued', 'declined')"),
    ),
    "asp_service": (
        ("bandwidth_limit_kbps_is_known", f"bandwidth_limit_kbps {WHOLE}"),
        ("place_is_known", "place BETWEEN 0 AND 9999"),
    ),
    "asp_service_price": (("monthly_fee_is_known", f"monthly_fee {WHOLE}"),),
    "attempt_count": (("count_is_known", f"count {WHOLE}"),),
    "blob": (("size_is_known", f"size {WHOLE}"),),
    "bulk_act": (
        ("state_is_known", "state IN ('planned', 'running', 'done')"),
        ("mail_count_is_known", f"mail_count {WHOLE}"),
    ),
    "bulk_row": (
        ("result_is_known", "result IN ('ready', 'done', 'refused', 'changed', 'failed')"),
        ("row_id_is_known", f"row_id {WHOLE}"),
        ("version_is_known", f"version {WHOLE}"),
    ),
    "company_type": (("place_is_known", "place BETWEEN 0 AND 9999"),),
    "delivery_time": (("place_is_known", "place BETWEEN 0 AND 9999"),),
    "desk_info": (("place_is_known", "place BETWEEN 0 AND 9999"),),
    "document": (
        ("attempts_is_known", f"attempts {WHOLE}"),
        ("kind_is_known", "kind IN ('application_form', 'change_form', 'acceptance_letter')"),
        ("edition_is_known", "edition BETWEEN 1 AND 9999"),
    ),
    "draft": (("page_is_known", "page BETWEEN 0 AND 8"),),
    "due_default": (("business_days_is_known", "business_days BETWEEN 0 AND 999"),),
    "event": (
        ("actor_id_is_known", f"actor_id {WHOLE}"),
        ("row_id_is_known", f"row_id {WHOLE}"),
    ),
    "fee_item": (
        ("kind_is_known", "kind IN ('once', 'monthly')"),
        ("place_is_known", "place BETWEEN 1 AND 999"),
        ("reason_is_known", "reason IN ('plan', 'out_of_hours', 'added_service')"),
        ("amount_is_known", f"amount {WHOLE}"),
    ),
    "lead_time": (
        ("days_is_known", "days BETWEEN 0 AND 999"),
        ("place_is_known", "place BETWEEN 0 AND 9999"),
    ),
    "line_plan": (
        ("asp_limit_is_known", "asp_limit BETWEEN 1 AND 99"),
        ("place_is_known", "place BETWEEN 0 AND 9999"),
        ("bandwidth_kbps_is_known", f"bandwidth_kbps {WHOLE}"),
    ),
    "line_plan_price": (
        ("initial_fee_is_known", f"initial_fee {WHOLE}"),
        ("monthly_fee_is_known", f"monthly_fee {WHOLE}"),
    ),
    "login_challenge": (
        ("tries_is_known", f"tries {WHOLE}"),
        ("sends_is_known", f"sends {WHOLE}"),
    ),
    "mail": (("attempts_is_known", f"attempts {WHOLE}"),),
    "menu": (("place_is_known", "place BETWEEN 0 AND 9999"),),
    "operator": (
        ("role_is_known", "role IN ('viewer', 'operator', 'administrator')"),
        ("totp_last_step_is_known", f"totp_last_step {WHOLE}"),
    ),
    "out_of_hours_fee": (
        ("fee_is_known", f"fee {WHOLE}"),
        ("slot_is_known", "slot IN ('evening', 'night', 'holiday', 'holiday_evening')"),
        ("work_is_known", "work IN ('survey', 'line', 'converter', 'router')"),
    ),
    "password_link": (("purpose_is_known", "purpose IN ('issue', 'reset', 'mail')"),),
    "record": (
        ("side_is_known", "side IN ('customer', 'provider', 'nobody')"),
        ("version_is_known", "version BETWEEN 1 AND 2000000000"),
        ("status_is_known", f"status IN ({STATUSES})"),
    ),
    "reference_document": (
        ("size_is_known", f"size {WHOLE}"),
        ("place_is_known", "place BETWEEN 0 AND 9999"),
    ),
    "request": (
        ("one_time_payee_is_known", "one_time_payee IN ('current', 'new')"),
        ("state_is_known", "state IN ('unsubmitted', 'checking', 'finished', 'cancelled')"),
    ),
    "upload": (
        ("purpose_is_known", "purpose IN ('stamped_form', 'blank_sheet', 'sheet', 'letter')"),
        ("page_count_is_known", f"page_count {WHOLE}"),
        ("size_is_known", f"size {WHOLE}"),
    ),
}
PROVING = ("challenge_id", "link_id")


def upgrade() -> None:
    """Old attempts to sign in and old links are deleted every day, each with a look at the mails that bore them: two indexes for that."""
    for table, rules in RULES.items():
        add_checks(table, rules)
    for column in PROVING:
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_mail_{column}", "mail", [column], sqlite_where=given, postgresql_where=given)
    op.drop_index("ix_document_record_id", "document")  # the key of record, kind and edition begins with it


def downgrade() -> None:
    """Takes the rules and the indexes away again."""
    op.create_index("ix_document_record_id", "document", ["record_id"])
    for column in PROVING:
        op.drop_index(f"ix_mail_{column}", "mail")
    for table, rules in RULES.items():
        drop_checks(table, rules)
