"""Unleash's own server, installed by npm and run beside ours; its HTTP API is all we use of it."""
