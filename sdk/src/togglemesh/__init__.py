"""Decide feature toggles in process, carry the decision along the request chain."""
