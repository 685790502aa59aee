"""The version of this package, as the server is told it."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("togglemesh")
except PackageNotFoundError:  # run from an unpacked wheel
    VERSION = "unknown"
