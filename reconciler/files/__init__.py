"""YAML and the model. Reading: `files.read`. Writing: `files.write`, `files.edit`."""

from reconciler.files.config import parse_config, read_config
from reconciler.files.disk import read_lock_text, read_text
from reconciler.files.read.route import parse_route
from reconciler.files.routes import RouteFiles, read_routes, route_paths
from reconciler.files.schema import config_schema, route_schema, schema_findings
from reconciler.files.writing import FileRefused, check_writable, write_atomically

__all__ = [
    "FileRefused",
    "RouteFiles",
    "check_writable",
    "config_schema",
    "parse_config",
    "parse_route",
    "read_config",
    "read_lock_text",
    "read_routes",
    "read_text",
    "route_paths",
    "route_schema",
    "schema_findings",
    "write_atomically",
]
