"""Rows to begin with: master data, texts, and a demo."""
