"""Measurements on this machine, each beside a baseline from the same run: `make bench`."""
