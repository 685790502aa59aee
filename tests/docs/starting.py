"""A reader who begins with an empty folder, on ports that nobody else uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from controlplane.stack.freeports import free_port
from tests.docs.running import Reader, copy_of_project


def reader_on_free_ports(folder: Path, instead: Mapping[str, str] | None = None) -> Reader:
    """In a folder that has what a clone has. `instead` replaces what the page writes."""
    web, evaluator, shop = free_port(), free_port(), free_port()
    ports = {":8000": f":{web}", ":8010": f":{evaluator}"}
    environ = {
        "TOGGLEMESH_PORT": str(web),
        "TOGGLEMESH_EVALUATION_PORT": str(evaluator),
        "TOGGLEMESH_SHOP_PORT": str(shop),
    }
    project = copy_of_project(folder / "togglemesh")
    return Reader(project, {**ports, **(instead or {})}, environ, folder / "shell.txt")
