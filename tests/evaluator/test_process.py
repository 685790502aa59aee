"""How the evaluator's process ends."""

import signal

from tests.conditions import eventually
from tests.evaluator.service import Service, Stream
from tests.processes import listens


def test_evaluator__asked_to_stop_with_open_streams__ends_soon(changing: Service) -> None:
    with Stream(changing) as stream:
        stream.next()
        changing.process.send_signal(signal.SIGTERM)
        assert changing.process.wait(timeout=4) == 0
        assert stream.next() is None


def test_evaluator__main_process_killed__nobody_goes_on_serving(changing: Service) -> None:
    changing.process.send_signal(signal.SIGKILL)
    changing.process.wait(timeout=10)
    eventually(lambda: not listens(changing.port))
