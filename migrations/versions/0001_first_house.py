"""The first house: every table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first house: every table."""
    # Site and request name each other: PostgreSQL adds the second key once both are there, SQLite can only take it at once.
    lock = [
        sa.ForeignKeyConstraint(
            ["open_rename_id"], ["request.id"], name=op.f("fk_site_open_rename_id"), ondelete="RESTRICT"
        )
    ]
    op.create_table(
        "asp_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monthly_fee", sa.Integer(), nullable=False),
        sa.Column("bandwidth_limit_kbps", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asp_service")),
        sa.UniqueConstraint("code", name=op.f("uq_asp_service_code")),
    )
    op.create_table(
        "attempt_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_count")),
        sa.UniqueConstraint("key", name=op.f("uq_attempt_count_key")),
    )
    op.create_index(op.f("ix_attempt_count_window_started_at"), "attempt_count", ["window_started_at"], unique=False)
    op.create_table(
        "blob",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blob")),
        sa.UniqueConstraint("sha256", name=op.f("uq_blob_sha256")),
    )
    op.create_table(
        "closing_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_day")),
        sa.UniqueConstraint("day", name=op.f("uq_closing_day_day")),
    )
    op.create_table(
        "comment_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_template")),
        sa.UniqueConstraint("workflow", "status", name=op.f("uq_comment_template_workflow_status")),
    )
    op.create_table(
        "company_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_corporate", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_type")),
        sa.UniqueConstraint("code", name=op.f("uq_company_type_code")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("corporate_number", sa.String(length=13), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("corporate_number", name=op.f("uq_customer_corporate_number")),
    )
    op.create_table(
        "delivery_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_time")),
        sa.UniqueConstraint("code", name=op.f("uq_delivery_time_code")),
    )
    op.create_table(
        "desk_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_info")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_info_code")),
    )
    op.create_table(
        "due_default",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("business_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_default")),
        sa.UniqueConstraint("record_type", name=op.f("uq_due_default_record_type")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("worker", name=op.f("uq_heartbeat_worker")),
    )
    op.create_table(
        "lead_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_time")),
        sa.UniqueConstraint("code", name=op.f("uq_lead_time_code")),
    )
    op.create_table(
        "mail_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_template_key")),
    )
    op.create_table(
        "menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu")),
        sa.UniqueConstraint("code", name=op.f("uq_menu_code")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=True),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_table(
        "operator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("user_name", name=op.f("uq_operator_user_name")),
    )
    op.create_table(
        "out_of_hours_fee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_out_of_hours_fee")),
        sa.UniqueConstraint("work", "slot", name=op.f("uq_out_of_hours_fee_work_slot")),
    )
    op.create_table(
        "reference_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=600), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_document")),
        sa.UniqueConstraint("code", name=op.f("uq_reference_document_code")),
    )
    op.create_table(
        "account_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_type", sa.String(length=60), nullable=True),
        sa.Column("type_position", sa.String(length=40), nullable=True),
        sa.Column("company_name", sa.String(length=48), nullable=True),
        sa.Column("contact_1_department", sa.String(length=48), nullable=True),
        sa.Column("contact_1_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_1_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_1_mail", sa.String(length=254), nullable=True),
        sa.Column("contact_2_department", sa.String(length=48), nullable=True),
        sa.Column("contact_2_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_2_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_2_mail", sa.String(length=254), nullable=True),
        sa.Column("contact_3_department", sa.String(length=48), nullable=True),
        sa.Column("contact_3_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_3_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_3_mail", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_type"], ["company_type.code"], name=op.f("fk_account_request_company_type"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_account_request_customer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    op.create_index(op.f("ix_account_request_created_at"), "account_request", ["created_at"], unique=False)
    op.create_index(op.f("ix_account_request_customer_id"), "account_request", ["customer_id"], unique=False)
    op.create_index(op.f("ix_account_request_state"), "account_request", ["state"], unique=False)
    op.create_table(
        "line_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("menu_code", sa.String(length=60), nullable=False),
        sa.Column("bandwidth_kbps", sa.Integer(), nullable=False),
        sa.Column("is_dual", sa.Boolean(), nullable=False),
        sa.Column("needs_converter", sa.Boolean(), nullable=False),
        sa.Column("asp_limit", sa.Integer(), nullable=False),
        sa.Column("initial_fee", sa.Integer(), nullable=False),
        sa.Column("monthly_fee", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["menu_code"], ["menu.code"], name=op.f("fk_line_plan_menu_code"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_line_plan_code")),
    )
    op.create_index(op.f("ix_line_plan_menu_code"), "line_plan", ["menu_code"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("line_plan_id", sa.Integer(), nullable=True),
        sa.Column("open_rename_id", sa.Integer(), nullable=True),
        sa.Column("in_service_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_site_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["line_plan_id"], ["line_plan.id"], name=op.f("fk_site_line_plan_id"), ondelete="RESTRICT"
        ),
        *(lock if op.get_bind().dialect.name == "sqlite" else []),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("open_rename_id", name=op.f("uq_site_open_rename_id")),
    )
    op.create_index(op.f("ix_site_customer_id"), "site", ["customer_id"], unique=False)
    op.create_index(op.f("ix_site_line_plan_id"), "site", ["line_plan_id"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("changes_asp", sa.Boolean(), nullable=False),
        sa.Column("changes_billing", sa.Boolean(), nullable=False),
        sa.Column("changes_fault_contact", sa.Boolean(), nullable=False),
        sa.Column("one_time_payee", sa.String(length=40), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('finished', 'cancelled')) = (closed_at IS NOT NULL)", name=op.f("ck_request_closed_when_ended")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_request_site_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_site_id_id"), "request", ["site_id", "id"], unique=False)
    op.create_index(op.f("ix_request_state"), "request", ["state"], unique=False)
    op.create_index(
        "uq_request_open_rename",
        "request",
        ["site_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'site_rename' AND closed_at IS NULL"),
        postgresql_where=sa.text("kind = 'site_rename' AND closed_at IS NULL"),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key(
            op.f("fk_site_open_rename_id"), "site", "request", ["open_rename_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("person_name", sa.String(length=120), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("account_request_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_request_id"],
            ["account_request.id"],
            name=op.f("fk_account_account_request_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_account_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_account_request_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("user_name", name=op.f("uq_account_user_name")),
    )
    op.create_index(op.f("ix_account_account_request_id"), "account", ["account_request_id"], unique=False)
    op.create_index(op.f("ix_account_customer_id"), "account", ["customer_id"], unique=False)
    op.create_index(op.f("ix_account_request_id"), "account", ["request_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=255), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_draft_request_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draft_token_hash")),
    )
    op.create_index(op.f("ix_draft_touched_at"), "draft", ["touched_at"], unique=False)
    op.create_table(
        "name_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_name_claim_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_name_claim_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_claim")),
        sa.UniqueConstraint("name", name=op.f("uq_name_claim_name")),
    )
    op.create_index(op.f("ix_name_claim_request_id"), "name_claim", ["request_id"], unique=False)
    op.create_index(op.f("ix_name_claim_site_id"), "name_claim", ["site_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("workflow", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["operator.id"], name=op.f("fk_record_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_record_request_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("request_id", "type", name=op.f("uq_record_request_id_type")),
    )
    op.create_index(op.f("ix_record_assignee_id"), "record", ["assignee_id"], unique=False)
    op.create_index(
        op.f("ix_record_side_due_on_status_changed_at_id"),
        "record",
        ["side", "due_on", "status_changed_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_record_type_status_id"), "record", ["type", "status", "id"], unique=False)
    op.create_index(op.f("ix_record_type_updated_at_id"), "record", ["type", "updated_at", "id"], unique=False)
    op.create_table(
        "billing_record",
        sa.Column("payment_method", sa.String(length=40), nullable=True),
        sa.Column("bank_name", sa.String(length=60), nullable=True),
        sa.Column("bill_delivery", sa.String(length=40), nullable=True),
        sa.Column("asp_is_apart", sa.Boolean(), nullable=True),
        sa.Column("initial_payee", sa.String(length=40), nullable=True),
        sa.Column("applies_from", sa.Date(), nullable=True),
        sa.Column("billed_on", sa.Date(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monthly_postal_code", sa.String(length=7), nullable=True),
        sa.Column("monthly_prefecture", sa.String(length=40), nullable=True),
        sa.Column("monthly_city", sa.String(length=100), nullable=True),
        sa.Column("monthly_street_number", sa.String(length=30), nullable=True),
        sa.Column("monthly_building", sa.String(length=100), nullable=True),
        sa.Column("monthly_department", sa.String(length=48), nullable=True),
        sa.Column("monthly_person_name", sa.String(length=48), nullable=True),
        sa.Column("monthly_company_type", sa.String(length=60), nullable=True),
        sa.Column("monthly_type_position", sa.String(length=40), nullable=True),
        sa.Column("monthly_company_name", sa.String(length=48), nullable=True),
        sa.Column("monthly_phone", sa.String(length=12), nullable=True),
        sa.Column("monthly_mail", sa.String(length=254), nullable=True),
        sa.Column("asp_postal_code", sa.String(length=7), nullable=True),
        sa.Column("asp_prefecture", sa.String(length=40), nullable=True),
        sa.Column("asp_city", sa.String(length=100), nullable=True),
        sa.Column("asp_street_number", sa.String(length=30), nullable=True),
        sa.Column("asp_building", sa.String(length=100), nullable=True),
        sa.Column("asp_department", sa.String(length=48), nullable=True),
        sa.Column("asp_person_name", sa.String(length=48), nullable=True),
        sa.Column("asp_company_type", sa.String(length=60), nullable=True),
        sa.Column("asp_type_position", sa.String(length=40), nullable=True),
        sa.Column("asp_company_name", sa.String(length=48), nullable=True),
        sa.Column("asp_phone", sa.String(length=12), nullable=True),
        sa.Column("asp_mail", sa.String(length=254), nullable=True),
        sa.Column("initial_postal_code", sa.String(length=7), nullable=True),
        sa.Column("initial_prefecture", sa.String(length=40), nullable=True),
        sa.Column("initial_city", sa.String(length=100), nullable=True),
        sa.Column("initial_street_number", sa.String(length=30), nullable=True),
        sa.Column("initial_building", sa.String(length=100), nullable=True),
        sa.Column("initial_department", sa.String(length=48), nullable=True),
        sa.Column("initial_person_name", sa.String(length=48), nullable=True),
        sa.Column("initial_company_type", sa.String(length=60), nullable=True),
        sa.Column("initial_type_position", sa.String(length=40), nullable=True),
        sa.Column("initial_company_name", sa.String(length=48), nullable=True),
        sa.Column("initial_phone", sa.String(length=12), nullable=True),
        sa.Column("initial_mail", sa.String(length=254), nullable=True),
        sa.Column("one_time_postal_code", sa.String(length=7), nullable=True),
        sa.Column("one_time_prefecture", sa.String(length=40), nullable=True),
        sa.Column("one_time_city", sa.String(length=100), nullable=True),
        sa.Column("one_time_street_number", sa.String(length=30), nullable=True),
        sa.Column("one_time_building", sa.String(length=100), nullable=True),
        sa.Column("one_time_department", sa.String(length=48), nullable=True),
        sa.Column("one_time_person_name", sa.String(length=48), nullable=True),
        sa.Column("one_time_company_type", sa.String(length=60), nullable=True),
        sa.Column("one_time_type_position", sa.String(length=40), nullable=True),
        sa.Column("one_time_company_name", sa.String(length=48), nullable=True),
        sa.Column("one_time_phone", sa.String(length=12), nullable=True),
        sa.Column("one_time_mail", sa.String(length=254), nullable=True),
        sa.CheckConstraint(
            "asp_prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_billing_record_asp_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "asp_type_position IN ('before', 'after')", name=op.f("ck_billing_record_asp_type_position_is_known")
        ),
        sa.CheckConstraint("bill_delivery IN ('post', 'mail')", name=op.f("ck_billing_record_bill_delivery_is_known")),
        sa.CheckConstraint(
            "initial_payee IN ('monthly', 'asp', 'other')", name=op.f("ck_billing_record_initial_payee_is_known")
        ),
        sa.CheckConstraint(
            "initial_prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_billing_record_initial_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "initial_type_position IN ('before', 'after')",
            name=op.f("ck_billing_record_initial_type_position_is_known"),
        ),
        sa.CheckConstraint(
            "monthly_prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_billing_record_monthly_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "monthly_type_position IN ('before', 'after')",
            name=op.f("ck_billing_record_monthly_type_position_is_known"),
        ),
        sa.CheckConstraint(
            "one_time_prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_billing_record_one_time_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "one_time_type_position IN ('before', 'after')",
            name=op.f("ck_billing_record_one_time_type_position_is_known"),
        ),
        sa.CheckConstraint(
            "payment_method IN ('direct_debit', 'transfer')", name=op.f("ck_billing_record_payment_method_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["asp_company_type"],
            ["company_type.code"],
            name=op.f("fk_billing_record_asp_company_type"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_billing_record_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["initial_company_type"],
            ["company_type.code"],
            name=op.f("fk_billing_record_initial_company_type"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["monthly_company_type"],
            ["company_type.code"],
            name=op.f("fk_billing_record_monthly_company_type"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["one_time_company_type"],
            ["company_type.code"],
            name=op.f("fk_billing_record_one_time_company_type"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_record")),
    )
    op.create_table(
        "contract_record",
        sa.Column("company_kana", sa.String(length=96), nullable=True),
        sa.Column("corporate_number", sa.String(length=13), nullable=True),
        sa.Column("corporate_number_absent", sa.Boolean(), nullable=True),
        sa.Column("department_kana", sa.String(length=96), nullable=True),
        sa.Column("department", sa.String(length=48), nullable=True),
        sa.Column("representative_kana", sa.String(length=96), nullable=True),
        sa.Column("representative", sa.String(length=48), nullable=True),
        sa.Column("city_kana", sa.String(length=100), nullable=True),
        sa.Column("phone", sa.String(length=12), nullable=True),
        sa.Column("start_year", sa.Integer(), nullable=True),
        sa.Column("start_month", sa.Integer(), nullable=True),
        sa.Column("service_codes", sa.String(length=400), nullable=True),
        sa.Column("business_hours_work", sa.Boolean(), nullable=True),
        sa.Column("service_confirmed", sa.Boolean(), nullable=True),
        sa.Column("place_floor", sa.String(length=2), nullable=True),
        sa.Column("place_room", sa.String(length=100), nullable=True),
        sa.Column("place_phone", sa.String(length=12), nullable=True),
        sa.Column("entry_permit", sa.String(length=40), nullable=True),
        sa.Column("permit_deadline", sa.String(length=100), nullable=True),
        sa.Column("permit_contact", sa.String(length=200), nullable=True),
        sa.Column("permit_form", sa.String(length=40), nullable=True),
        sa.Column("permit_details", sa.Text(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_type", sa.String(length=60), nullable=True),
        sa.Column("type_position", sa.String(length=40), nullable=True),
        sa.Column("company_name", sa.String(length=48), nullable=True),
        sa.Column("postal_code", sa.String(length=7), nullable=True),
        sa.Column("prefecture", sa.String(length=40), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("street_number", sa.String(length=30), nullable=True),
        sa.Column("building", sa.String(length=100), nullable=True),
        sa.Column("contact_company_type", sa.String(length=60), nullable=True),
        sa.Column("contact_type_position", sa.String(length=40), nullable=True),
        sa.Column("contact_company_name", sa.String(length=48), nullable=True),
        sa.Column("contact_1_department", sa.String(length=48), nullable=True),
        sa.Column("contact_1_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_1_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_1_mail", sa.String(length=254), nullable=True),
        sa.Column("contact_2_department", sa.String(length=48), nullable=True),
        sa.Column("contact_2_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_2_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_2_mail", sa.String(length=254), nullable=True),
        sa.Column("contact_3_department", sa.String(length=48), nullable=True),
        sa.Column("contact_3_person_name", sa.String(length=48), nullable=True),
        sa.Column("contact_3_phone", sa.String(length=12), nullable=True),
        sa.Column("contact_3_mail", sa.String(length=254), nullable=True),
        sa.Column("place_postal_code", sa.String(length=7), nullable=True),
        sa.Column("place_prefecture", sa.String(length=40), nullable=True),
        sa.Column("place_city", sa.String(length=100), nullable=True),
        sa.Column("place_street_number", sa.String(length=30), nullable=True),
        sa.Column("place_building", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "contact_type_position IN ('before', 'after')",
            name=op.f("ck_contract_record_contact_type_position_is_known"),
        ),
        sa.CheckConstraint(
            "entry_permit IN ('needed', 'not_needed')", name=op.f("ck_contract_record_entry_permit_is_known")
        ),
        sa.CheckConstraint("permit_form IN ('yes', 'no')", name=op.f("ck_contract_record_permit_form_is_known")),
        sa.CheckConstraint(
            "place_prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_contract_record_place_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_contract_record_prefecture_is_known"),
        ),
        sa.CheckConstraint(
            "type_position IN ('before', 'after')", name=op.f("ck_contract_record_type_position_is_known")
        ),
        sa.CheckConstraint("start_month BETWEEN 1 AND 12", name=op.f("ck_contract_record_start_month_is_known")),
        sa.CheckConstraint("start_year BETWEEN 2020 AND 2199", name=op.f("ck_contract_record_start_year_is_known")),
        sa.ForeignKeyConstraint(
            ["company_type"], ["company_type.code"], name=op.f("fk_contract_record_company_type"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact_company_type"],
            ["company_type.code"],
            name=op.f("fk_contract_record_contact_company_type"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_contract_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_record")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_document_blob_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_document_record_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_blob_id"), "document", ["blob_id"], unique=False)
    op.create_index(op.f("ix_document_record_id"), "document", ["record_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("from_status", sa.String(length=40), nullable=True),
        sa.Column("to_status", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_event_record_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_event_request_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at_id"), "event", ["at", "id"], unique=False)
    op.create_index(op.f("ix_event_record_id_at_id"), "event", ["record_id", "at", "id"], unique=False)
    op.create_index(op.f("ix_event_request_id"), "event", ["request_id"], unique=False)
    op.create_index(op.f("ix_event_table_name_row_id"), "event", ["table_name", "row_id"], unique=False)
    op.create_table(
        "fault_contact_record",
        sa.Column("report_hours", sa.String(length=40), nullable=True),
        sa.Column("day_given", sa.String(length=40), nullable=True),
        sa.Column("changes_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_company_name", sa.String(length=48), nullable=True),
        sa.Column("first_department", sa.String(length=48), nullable=True),
        sa.Column("first_person_name", sa.String(length=48), nullable=True),
        sa.Column("first_phone", sa.String(length=15), nullable=True),
        sa.Column("first_mail", sa.String(length=254), nullable=True),
        sa.Column("second_company_name", sa.String(length=48), nullable=True),
        sa.Column("second_department", sa.String(length=48), nullable=True),
        sa.Column("second_person_name", sa.String(length=48), nullable=True),
        sa.Column("second_phone", sa.String(length=15), nullable=True),
        sa.Column("second_mail", sa.String(length=254), nullable=True),
        sa.CheckConstraint("day_given IN ('yes', 'no')", name=op.f("ck_fault_contact_record_day_given_is_known")),
        sa.CheckConstraint(
            "report_hours IN ('always', 'weekdays')", name=op.f("ck_fault_contact_record_report_hours_is_known")
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_fault_contact_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_contact_record")),
    )
    op.create_table(
        "login_challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("browser_hash", sa.String(length=255), nullable=False),
        sa.Column("nonce", sa.String(length=255), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (operator_id IS NULL)", name=op.f("ck_login_challenge_one_owner")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_challenge_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_login_challenge_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_challenge")),
        sa.UniqueConstraint("browser_hash", name=op.f("uq_login_challenge_browser_hash")),
    )
    op.create_index(op.f("ix_login_challenge_account_id"), "login_challenge", ["account_id"], unique=False)
    op.create_index(op.f("ix_login_challenge_created_at"), "login_challenge", ["created_at"], unique=False)
    op.create_index(op.f("ix_login_challenge_operator_id"), "login_challenge", ["operator_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (operator_id IS NULL)", name=op.f("ck_login_session_one_owner")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_login_session_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_index(op.f("ix_login_session_last_seen_at"), "login_session", ["last_seen_at"], unique=False)
    op.create_index(op.f("ix_login_session_operator_id"), "login_session", ["operator_id"], unique=False)
    op.create_table(
        "parameter_sheet_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_parameter_sheet_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_sheet_record")),
    )
    op.create_table(
        "password_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (operator_id IS NULL)", name=op.f("ck_password_link_one_owner")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_link_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_password_link_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("nonce", name=op.f("uq_password_link_nonce")),
    )
    op.create_index(op.f("ix_password_link_account_id"), "password_link", ["account_id"], unique=False)
    op.create_index(op.f("ix_password_link_created_at"), "password_link", ["created_at"], unique=False)
    op.create_index(op.f("ix_password_link_operator_id"), "password_link", ["operator_id"], unique=False)
    op.create_table(
        "shipping_record",
        sa.Column("arrival_on", sa.Date(), nullable=True),
        sa.Column("arrival_slot", sa.String(length=40), nullable=True),
        sa.Column("floor", sa.String(length=2), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("postal_code", sa.String(length=7), nullable=True),
        sa.Column("prefecture", sa.String(length=40), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("street_number", sa.String(length=30), nullable=True),
        sa.Column("building", sa.String(length=100), nullable=True),
        sa.Column("recipient_company_name", sa.String(length=48), nullable=True),
        sa.Column("recipient_department", sa.String(length=48), nullable=True),
        sa.Column("recipient_person_name", sa.String(length=48), nullable=True),
        sa.Column("recipient_phone", sa.String(length=12), nullable=True),
        sa.CheckConstraint("arrival_slot IN ('am', 'pm')", name=op.f("ck_shipping_record_arrival_slot_is_known")),
        sa.CheckConstraint(
            "prefecture IN ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '34', '35', '36', '37', '38', '39', '40', '41', '42', '43', '44', '45', '46', '47')",
            name=op.f("ck_shipping_record_prefecture_is_known"),
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_shipping_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_record")),
    )
    op.create_table(
        "site_name_record",
        sa.Column("short_name", sa.String(length=24), nullable=True),
        sa.Column("location_name", sa.String(length=24), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_site_name_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_name_record")),
    )
    op.create_table(
        "site_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_site_version_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_version_site_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_version")),
    )
    op.create_index(op.f("ix_site_version_record_id"), "site_version", ["record_id"], unique=False)
    op.create_index(
        op.f("ix_site_version_site_id_type_effective_on_id"),
        "site_version",
        ["site_id", "type", "effective_on", "id"],
        unique=False,
    )
    op.create_table(
        "supplies_record",
        sa.Column("rack_mount", sa.String(length=40), nullable=True),
        sa.Column("main_cable", sa.String(length=40), nullable=True),
        sa.Column("backup_cable", sa.String(length=40), nullable=True),
        sa.Column("router_cable", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "backup_cable IN ('m5', 'm10', 'm15', 'm20', 'm25', 'm30', 'm35', 'm40', 'm45', 'm50', 'own')",
            name=op.f("ck_supplies_record_backup_cable_is_known"),
        ),
        sa.CheckConstraint(
            "main_cable IN ('m5', 'm10', 'm15', 'm20', 'm25', 'm30', 'm35', 'm40', 'm45', 'm50', 'own')",
            name=op.f("ck_supplies_record_main_cable_is_known"),
        ),
        sa.CheckConstraint(
            "rack_mount IN ('needed', 'not_needed')", name=op.f("ck_supplies_record_rack_mount_is_known")
        ),
        sa.CheckConstraint(
            "router_cable IN ('m5', 'm10', 'm15', 'm20', 'm25', 'm30', 'm35', 'm40', 'm45', 'm50', 'own')",
            name=op.f("ck_supplies_record_router_cable_is_known"),
        ),
        sa.ForeignKeyConstraint(["id"], ["record.id"], name=op.f("fk_supplies_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplies_record")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.Column("added_by_role", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blob.id"], name=op.f("fk_upload_blob_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_upload_record_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_blob_id"), "upload", ["blob_id"], unique=False)
    op.create_index(op.f("ix_upload_record_id_purpose_id"), "upload", ["record_id", "purpose", "id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("challenge_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=240), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=60), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["login_challenge.id"], name=op.f("fk_mail_challenge_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["password_link.id"], name=op.f("fk_mail_link_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_mail_record_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_mail_request_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index(op.f("ix_mail_record_id"), "mail", ["record_id"], unique=False)
    op.create_index(
        op.f("ix_mail_sent_at_dropped_at_send_after"), "mail", ["sent_at", "dropped_at", "send_after"], unique=False
    )


def downgrade() -> None:
    """Back again."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_site_open_rename_id"), "site")
    op.drop_index(op.f("ix_mail_sent_at_dropped_at_send_after"), table_name="mail")
    op.drop_index(op.f("ix_mail_record_id"), table_name="mail")
    op.drop_table("mail")
    op.drop_index(op.f("ix_upload_record_id_purpose_id"), table_name="upload")
    op.drop_index(op.f("ix_upload_blob_id"), table_name="upload")
    op.drop_table("upload")
    op.drop_table("supplies_record")
    op.drop_index(op.f("ix_site_version_site_id_type_effective_on_id"), table_name="site_version")
    op.drop_index(op.f("ix_site_version_record_id"), table_name="site_version")
    op.drop_table("site_version")
    op.drop_table("site_name_record")
    op.drop_table("shipping_record")
    op.drop_index(op.f("ix_password_link_operator_id"), table_name="password_link")
    op.drop_index(op.f("ix_password_link_created_at"), table_name="password_link")
    op.drop_index(op.f("ix_password_link_account_id"), table_name="password_link")
    op.drop_table("password_link")
    op.drop_table("parameter_sheet_record")
    op.drop_index(op.f("ix_login_session_operator_id"), table_name="login_session")
    op.drop_index(op.f("ix_login_session_last_seen_at"), table_name="login_session")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(op.f("ix_login_challenge_operator_id"), table_name="login_challenge")
    op.drop_index(op.f("ix_login_challenge_created_at"), table_name="login_challenge")
    op.drop_index(op.f("ix_login_challenge_account_id"), table_name="login_challenge")
    op.drop_table("login_challenge")
    op.drop_table("fault_contact_record")
    op.drop_index(op.f("ix_event_table_name_row_id"), table_name="event")
    op.drop_index(op.f("ix_event_request_id"), table_name="event")
    op.drop_index(op.f("ix_event_record_id_at_id"), table_name="event")
    op.drop_index(op.f("ix_event_at_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_document_record_id"), table_name="document")
    op.drop_index(op.f("ix_document_blob_id"), table_name="document")
    op.drop_table("document")
    op.drop_table("contract_record")
    op.drop_table("billing_record")
    op.drop_index(op.f("ix_record_type_updated_at_id"), table_name="record")
    op.drop_index(op.f("ix_record_type_status_id"), table_name="record")
    op.drop_index(op.f("ix_record_side_due_on_status_changed_at_id"), table_name="record")
    op.drop_index(op.f("ix_record_assignee_id"), table_name="record")
    op.drop_table("record")
    op.drop_index(op.f("ix_name_claim_site_id"), table_name="name_claim")
    op.drop_index(op.f("ix_name_claim_request_id"), table_name="name_claim")
    op.drop_table("name_claim")
    op.drop_index(op.f("ix_draft_touched_at"), table_name="draft")
    op.drop_table("draft")
    op.drop_index(op.f("ix_account_request_id"), table_name="account")
    op.drop_index(op.f("ix_account_customer_id"), table_name="account")
    op.drop_index(op.f("ix_account_account_request_id"), table_name="account")
    op.drop_table("account")
    op.drop_index(
        "uq_request_open_rename",
        table_name="request",
        sqlite_where=sa.text("kind = 'site_rename' AND closed_at IS NULL"),
        postgresql_where=sa.text("kind = 'site_rename' AND closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_request_state"), table_name="request")
    op.drop_index(op.f("ix_request_site_id_id"), table_name="request")
    op.drop_table("request")
    op.drop_index(op.f("ix_site_line_plan_id"), table_name="site")
    op.drop_index(op.f("ix_site_customer_id"), table_name="site")
    op.drop_table("site")
    op.drop_index(op.f("ix_line_plan_menu_code"), table_name="line_plan")
    op.drop_table("line_plan")
    op.drop_index(op.f("ix_account_request_state"), table_name="account_request")
    op.drop_index(op.f("ix_account_request_customer_id"), table_name="account_request")
    op.drop_index(op.f("ix_account_request_created_at"), table_name="account_request")
    op.drop_table("account_request")
    op.drop_table("reference_document")
    op.drop_table("out_of_hours_fee")
    op.drop_table("operator")
    op.drop_table("notice")
    op.drop_table("menu")
    op.drop_table("mail_template")
    op.drop_table("lead_time")
    op.drop_table("heartbeat")
    op.drop_table("due_default")
    op.drop_table("desk_info")
    op.drop_table("delivery_time")
    op.drop_table("customer")
    op.drop_table("company_type")
    op.drop_table("comment_template")
    op.drop_table("closing_day")
    op.drop_table("blob")
    op.drop_index(op.f("ix_attempt_count_window_started_at"), table_name="attempt_count")
    op.drop_table("attempt_count")
    op.drop_table("asp_service")
