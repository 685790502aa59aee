"""Fragments of pages that ask the mesh."""
