"""What tells an editor where the schemas are, beside the first line of each route file."""

import json

VSCODE = ".vscode/settings.json"
SCHEMAS = {
    "route.schema.json": "routes/**/*.yaml",
    "config.schema.json": "reconciler.yaml",
    "tests.schema.json": "routing-tests/**/*.yaml",
}
"""Files that `reconciler schema` prints, and the files that they describe."""


def vscode_settings(text: str = "") -> str | None:
    """The text of VS Code's settings with these schemas. All other settings stay, and so does what
    the file says of these files already. None where it cannot be kept: the text has comments, or is
    no JSON object.
    """
    try:
        settings = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    schemas = settings.setdefault("yaml.schemas", {}) if isinstance(settings, dict) else None
    if not isinstance(schemas, dict):
        return None
    taken = [glob for of in schemas.values() for glob in (of if isinstance(of, list) else [of])]
    for schema, files in SCHEMAS.items():
        if files not in taken:
            schemas.setdefault(schema, files)
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
