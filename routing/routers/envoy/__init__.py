"""The router for Envoys of one's own, without Kubernetes: xDS over files."""
