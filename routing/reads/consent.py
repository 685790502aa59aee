"""Whether a service's team agrees to its part in a feature."""

from __future__ import annotations

from collections.abc import Sequence

from governance.refusals import Conflict
from routing.models import Participant, Service
from routing.reads.services import get_service
from toggles.models import Feature
from toggles.reads import get_feature


def agrees_to_all(service: Service, feature: Feature) -> bool:
    """True for the feature's own team, and where a standing rule names it."""
    if service.owner_id == feature.owner_id:
        return True
    return any(rule.team_id == feature.owner_id for rule in service.consents.all())


def agrees(participant: Participant) -> bool:
    """Whether the service's team agrees as things are now.

    What was agreed to holds for the team that owned the feature then; a feature that was given to
    another team since is agreed to anew, unless a standing rule names that team.
    """
    service, feature = participant.service, participant.feature
    if service.owner_id == feature.owner_id:
        return True
    given = participant.agreed_with_id == feature.owner_id or agrees_to_all(service, feature)
    return participant.agreed and given


def check_consent(feature: str, services: Sequence[str]) -> None:
    """Raise Conflict naming `service` for the first whose team has not agreed to the feature."""
    what = get_feature(feature)
    for key in services:
        service = get_service(key)
        found = Participant.objects.filter(feature=what, service=service)
        part = found.select_related("feature", "service").first()
        if not (agrees(part) if part else agrees_to_all(service, what)):
            raise Conflict(service=_refusal(service, what, proposed=part is not None))


def _refusal(service: Service, feature: Feature, *, proposed: bool) -> str:
    team = service.owner.key
    remedy = (
        f"ask an editor of {team} to agree, on the page of the feature or with PUT "
        f"/api/v1/features/{feature.key}/participants/{service.key}/agreement."
        if proposed
        else f"propose {service.key} as a participant, and ask an editor of {team} to agree."
    )
    return (
        f"{service.key} belongs to the team {team}, which has not agreed to its part in "
        f"{feature.key}: {remedy}"
    )
