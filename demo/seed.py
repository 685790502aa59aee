"""What the shop needs in the control plane. Safe to repeat; what people changed stays changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import stamina

from accounts.changes import CreateApiKey, CreateTeam, SetMember, ensure_environments
from accounts.keys import parse
from accounts.models import Membership, Role, User
from accounts.reads import live_keys
from controlplane.stack.secrets import read_secret, write_secret
from demo.identities import BETA
from demo.istio import NAMESPACE, Istio, declare_services, istio_settings
from demo.layout import CHAIN, ENVIRONMENT, FEATURE, VERSIONS, Layout, host_of, key_file
from demo.plan import endpoint, envoy_settings
from governance.authorship import Authorship
from governance.changes import perform
from governance.principals import system
from routing import changes as routing
from routing.models import Participant, Route
from routing.plans import plan_service
from routing.reads import router_for
from routing.routers.base import RouterUnavailable
from toggles.changes import CreateFeature, SetSegment
from toggles.models import Feature, Segment

BY = Authorship(system("demo"), "the demo shop")
TEAM = "shop"
SEGMENT = "beta-users"
BASELINE, NEWER = VERSIONS


def seed(home: Path, layout: Layout, istio: Istio | None = None) -> None:
    """Team, services, mesh, feature, routes, segment, API key; then the proxies' routes."""
    ensure_environments()
    _team()
    for service in CHAIN:
        _service(layout, service, NAMESPACE if istio else "default")
    _mesh(home, layout, istio)
    _feature()
    _segment()
    _api_key(home)
    _routes_in_place()


def _team() -> None:
    team = perform(BY, CreateTeam(key=TEAM, name="Shop"))
    admins = User.objects.filter(is_superuser=True)
    for user in admins.exclude(pk__in=Membership.objects.filter(team=team).values("user")):
        perform(BY, SetMember(team=team.key, user=user.get_username(), role=Role.OWNER))


def _service(layout: Layout, service: str, namespace: str) -> None:
    perform(BY, routing.CreateService(key=service, name=service.title(), owner=TEAM))
    for version in VERSIONS:
        perform(
            BY,
            routing.SetVersion(
                service=service,
                environment=ENVIRONMENT,
                version=version,
                labels={"version": version},
                endpoints=[endpoint(layout, service, version)],
            ),
        )
    perform(
        BY,
        routing.SetPlacement(
            service=service,
            environment=ENVIRONMENT,
            host=host_of(service),
            port=layout.proxies[service],
            namespace=namespace,
            baseline=BASELINE,
        ),
    )


def _mesh(home: Path, layout: Layout, istio: Istio | None) -> None:
    if istio:
        declare_services(istio, layout)
        router, settings = "istio", istio_settings(layout)
    else:
        router, settings = "envoy", envoy_settings(home, layout)
    perform(BY, routing.SetMesh(environment=ENVIRONMENT, router=router, settings=settings))


def _feature() -> None:
    if not Feature.objects.filter(key=FEATURE).exists():
        perform(
            BY,
            CreateFeature(
                key=FEATURE,
                name="New checkout",
                owner=TEAM,
                description="One page instead of four, from the shop window to the payment.",
            ),
        )
    # The provider of what the others consume comes first: its route goes up first.
    for position, service in enumerate(reversed(CHAIN), start=1):
        if not Participant.objects.filter(feature__key=FEATURE, service__key=service).exists():
            part = Participant.Part.CONSUMES if service == "web" else Participant.Part.PROVIDES
            perform(
                BY,
                routing.AddParticipant(
                    feature=FEATURE, service=service, part=part, position=position
                ),
            )
        _route(service)


def _route(service: str) -> None:
    here: dict[str, Any] = {"feature": FEATURE, "service": service, "environment": ENVIRONMENT}
    keys = {f"{name}__key": value for name, value in here.items()}
    if not Route.objects.filter(**keys, variant="on").exists():
        perform(BY, routing.CreateRoute(**here, variant="on", version=NEWER))


def _segment() -> None:
    if not Segment.objects.filter(key=SEGMENT).exists():
        constraint = {"field": "group", "operator": "IN", "values": [BETA]}
        perform(BY, SetSegment(key=SEGMENT, name="Beta users", constraints=[constraint]))


def _api_key(home: Path) -> None:
    file = key_file(home)
    known = parse(read_secret(file.parent, file.name) or "")
    live = {(selector, digest) for selector, digest, *_ in live_keys()}
    if known not in live:
        text = perform(BY, CreateApiKey(kind="server", environment=ENVIRONMENT, name="demo shop"))
        write_secret(file.parent, file.name, text)


@stamina.retry(on=RouterUnavailable, attempts=5, timeout=30)
def _routes_in_place() -> None:
    """The instances may listen on other ports than at the last start."""
    router = router_for(ENVIRONMENT)
    for service in CHAIN:
        if router:
            router.set_routes(plan_service(service=service, environment=ENVIRONMENT))
