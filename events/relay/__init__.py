"""The relay: one process that publishes numbered logs of PostgreSQL to streams of Valkey.

It may be killed anywhere. What has been published is read from Valkey itself (a number there is
never taken twice) and from `published_at`; so the next one goes on where the last one stood.
"""
