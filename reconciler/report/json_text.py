"""JSON that is safe to print: what a terminal would act on is escaped."""

import json
import re

from reconciler.model.json import Json

# JSON itself escapes what is below a blank. DEL, C1, soft hyphen, zero widths, direction marks
# and overrides, line separators, interlinear marks, surrogates, tags: written as \uXXXX too.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def json_text(document: Json) -> str:
    """Two blanks of indentation, keys in their order, a newline at the end."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"
