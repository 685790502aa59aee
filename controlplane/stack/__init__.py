"""The embedded stack: `manage.py up`. Nothing here needs Django's settings."""
