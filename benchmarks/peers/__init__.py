"""Others' SDKs for Python, each set up to decide locally: no network, no analytics, no logging.

Each module has `build(keys, workload) -> Peer`; it is imported only where its SDK is installed
(dependency group `bench`).
"""
