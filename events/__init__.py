"""Durable events: the outbox, and the relay that publishes it to Valkey streams."""
