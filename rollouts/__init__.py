"""Rollouts: plans, the saga that carries them out, gates, analysis, compensation."""
