"""How granian serves the web process: one place for `manage.py web` and `manage.py up`."""

from controlplane.configuration import Configuration

THREADS = 4


def web_words(configuration: Configuration) -> list[str]:
    """The words after `python -m granian`."""
    return [
        *("--interface", "wsgi", "--no-ws", "--no-access-log"),
        *("--host", configuration.host, "--port", str(configuration.port)),
        *("--workers", "1", "--blocking-threads", str(THREADS)),
        "--respawn-failed-workers",
        "controlplane.wsgi:application",
    ]
