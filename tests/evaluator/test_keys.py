"""API keys come and go without a restart."""

from accounts import changes as accounts
from accounts.models import Environment
from governance.changes import perform
from tests.conditions import eventually
from tests.evaluator.service import BY, Service, expose, make_key, selector_of
from tests.events.database import address_of_database
from tests.processes import Processes


def test_key__just_created__is_taken_at_once(changing: Service) -> None:
    for _ in range(3):
        changing.key = make_key()
        assert changing.evaluate(targetingKey="u").status_code == 200


def test_key__created_while_no_relay_tells__is_looked_up(
    transactional_db: None, processes: Processes
) -> None:
    accounts.ensure_environments()
    service = Service().start(processes, address_of_database())
    service.key = make_key()
    assert service.evaluate("none").status_code == 404


def test_key__revoked__refused_within_a_second(changing: Service) -> None:
    assert changing.evaluate(targetingKey="u").status_code == 200
    perform(BY, accounts.RevokeApiKey(selector=selector_of(changing.key)))
    eventually(lambda: changing.evaluate(targetingKey="u").status_code == 401, seconds=1)


def test_key__of_another_environment__sees_only_that(changing: Service) -> None:
    expose(environment="staging")
    eventually(lambda: changing.number("staging") == 2)
    assert changing.variant(targetingKey="u") == "off"
    changing.key = make_key("staging")
    assert changing.variant(targetingKey="u") == "on"


def test_key__of_a_new_environment__served_without_a_restart(changing: Service) -> None:
    Environment.objects.create(key="canary", name="Canary", position=9)
    changing.key = make_key("canary")
    answer = eventually(lambda: (a := changing.evaluate(targetingKey="u")).status_code != 503 and a)
    assert answer.status_code == 404
