"""Whether a service's team agrees to its part in a feature."""

from __future__ import annotations

from collections.abc import Sequence

from governance.refusals import Conflict
from routing.models import Participant, Service, StandingConsent
from routing.reads.services import get_service
from toggles.models import Feature
from toggles.reads import get_feature


def agrees_to_all(service: Service, feature: Feature) -> bool:
    """True for the feature's own team, and where a standing rule names it."""
    if service.owner_id == feature.owner_id:
        return True
    return StandingConsent.objects.filter(service=service, team=feature.owner_id).exists()


def check_consent(feature: str, services: Sequence[str]) -> None:
    """Raise Conflict naming `service` for the first whose team has not agreed to the feature."""
    what = get_feature(feature)
    for key in services:
        service = get_service(key)
        agreed = Participant.objects.filter(feature=what, service=service, agreed=True).exists()
        if not agreed and not agrees_to_all(service, what):
            raise Conflict(
                service=f"{key} belongs to the team {service.owner.key}, which has not agreed to "
                f"its part in {feature}: propose it as a participant, and ask them to agree."
            )
