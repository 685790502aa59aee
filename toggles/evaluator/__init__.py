"""The evaluator: every environment compiled in memory, decisions over OFREP, changes to SDKs.

One process, raw ASGI. A decision touches no database and no other thread; what changes meanwhile
comes in through `feed` (Valkey) and `database` (PostgreSQL), and either of them suffices.
"""
