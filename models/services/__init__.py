"""The acts: what the faces, the worker and the commands call."""
