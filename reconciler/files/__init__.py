"""YAML and the model. Reading: `files.read`. Writing: `files.write`, `files.edit`."""

from reconciler.files.config import (
    parse_config as parse_config,
    read_config as read_config,
)
from reconciler.files.disk import (
    FileRefused as FileRefused,
    check_writable as check_writable,
    read_lock_text as read_lock_text,
    read_text as read_text,
    write_atomically as write_atomically,
)
from reconciler.files.read.route import (
    parse_route as parse_route,
)
from reconciler.files.routes import (
    RouteFiles as RouteFiles,
    read_routes as read_routes,
    route_paths as route_paths,
)
from reconciler.files.schema import (
    json_schema as json_schema,
    schema_findings as schema_findings,
)
