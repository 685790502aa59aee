"""Bring features in from elsewhere, and take them out: Unleash, flagd, our own YAML."""
