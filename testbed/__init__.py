"""A real Kubernetes API server, istiod and Envoy on loopback ports, without containers.

For tests and for trying things by hand (`make testbed`); the server never imports it.
"""
