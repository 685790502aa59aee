"""Which routes give a variant of a feature, so that the variant is not taken away from them."""

from __future__ import annotations

from routing.models import Route


def routes_of_variant(key: str) -> list[str]:
    """In words; the key is `<feature>/<variant>`."""
    feature, _, variant = key.partition("/")
    found = Route.objects.filter(feature__key=feature, variant=variant)
    rows = found.values_list("service__key", "environment__key")
    return [
        f"the route of {variant} at {service} in {environment}" for service, environment in rows
    ]
