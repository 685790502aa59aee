"""How often to ask again after 401 or 403: rarely, as the key may be refused for good, but not
never, as a proxy or a captive portal may have said it.
"""

from togglemesh.client.backoff import Backoff

FIRST, MOST = 60.0, 600.0  # seconds


def after_refusal() -> Backoff:
    return Backoff(first=FIRST, most=MOST)
