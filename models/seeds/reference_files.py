"""Stand-ins for the documents to read before applying, so that their downloads can be tried in demo mode."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.services.reference_files import put_reference_file, reference_documents


def load_reference_files(session: Session) -> None:
    """Gives every document without a file a short text that says what stands there later."""
    for document in reference_documents(session):
        if document.blob_id is None:
            text = f"{document.label}（サンプル）\r\n\r\nお試し用のファイルです。窓口が管理画面から正式な資料を登録します。\r\n"
            put_reference_file(
                session, document, f"{document.label}（サンプル）.txt", "text/plain", text.encode("utf-8-sig")
            )
