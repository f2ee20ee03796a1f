"""The domain: what an order is, who may move it, and what must never be false. Knows no Flask, no request, no session."""
