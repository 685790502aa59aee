"""Starts etcd and kube-apiserver. Role-based access is real; service accounts get no admission."""

from __future__ import annotations

from pathlib import Path

from testbed.api import Api, ApiRefused
from testbed.child import Child
from testbed.credentials import write_signing_key, write_tokens
from testbed.ports import free_ports


def start_etcd(program: Path, folder: Path) -> tuple[Child, str]:
    """The child and its client address. Not waited for: kube-apiserver tries until it answers."""
    client, peer = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    command = [
        str(program),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    ]
    return Child("etcd", command, folder), client


def start_apiserver(program: Path, folder: Path, etcd: str) -> tuple[Child, Api, dict[str, str]]:
    """The child, ready; the API as its administrator; every user's token."""
    (port,) = free_ports(1)
    key, tokens_file = folder / "service-accounts.key", folder / "tokens.csv"
    write_signing_key(key)
    tokens = write_tokens(tokens_file)
    command = [
        str(program),
        f"--etcd-servers={etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder / 'certificates'}",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-account-issuer=https://testbed.invalid",
        f"--token-auth-file={tokens_file}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--disable-admission-plugins=ServiceAccount",
    ]
    child = Child("kube-apiserver", command, folder)
    authority = folder / "certificates" / "apiserver.crt"
    child.wait_ready(lambda: _is_whole(authority), 30)
    api = Api(f"https://127.0.0.1:{port}", tokens["admin"], authority)
    child.wait_ready(lambda: _is_ready(api), 60)
    return child, api, tokens


def _is_whole(certificate: Path) -> bool:
    """The file is there before its content is."""
    return certificate.exists() and certificate.read_text().endswith("-----END CERTIFICATE-----\n")


def _is_ready(api: Api) -> bool:
    try:
        return bool(api.get("/readyz") == "ok")
    except (OSError, ApiRefused):
        return False
