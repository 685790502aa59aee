"""All talk to Kubernetes, and the only importer of `kubernetes`. Routers call it.

Every call has a time limit, bounded retries with jitter, a circuit breaker and a pool of its own,
and raises ClusterUnavailable or ClusterRefused, nothing else.
"""
