"""Too many requests with one key."""

from tests.evaluator.service import Service, make_key
from tests.events.database import address_of_database
from tests.processes import Processes
from toggles.evaluator.bucket import Bucket


def test_requests__more_than_the_rate__429_with_retry_after_for_this_key_alone(
    changing: Service, processes: Processes
) -> None:
    limits = {"TOGGLEMESH_EVALUATION_RATE": "3"}
    service = Service(make_key()).start(processes, {**address_of_database(), **limits})
    answers = [service.evaluate(targetingKey="u") for _ in range(30)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert answers[0].status_code == 200
    assert late[0].headers["retry-after"] == "1"
    assert late[0].json()["errorDetails"]
    assert service.with_key(make_key()).evaluate(targetingKey="u").status_code == 200


def test_bucket__empty__fills_at_its_rate() -> None:
    bucket = Bucket(0.01)
    bucket.tokens = 1.0
    assert bucket.take() == 0
    assert 99 < bucket.take() <= 100
    assert [Bucket(0).take() for _ in range(3)] == [0, 0, 0]
