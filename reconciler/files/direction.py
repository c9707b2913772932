"""Characters that turn the direction of a text: a reader sees another name than the one that is.

They are Unicode's property Bidi_Control. Names in Arabic or Hebrew need none of them.
"""

import re

import yaml

from reconciler.files.reading import Reading

CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MAY_HAVE = re.compile(rf"{CONTROLS.pattern}|\\[uU]")  # written as they are, or escaped


def warn_of_direction(reading: Reading, text: str, root: yaml.Node) -> None:
    """A warning at each value or key that has one."""
    if not _MAY_HAVE.search(text):
        return
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            _look_at(reading, node)
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _look_at(reading: Reading, node: yaml.ScalarNode) -> None:
    found = list(dict.fromkeys(CONTROLS.findall(node.value)))
    if found:
        listed = ", ".join(f"U+{ord(character):04X}" for character in found)
        message = f"this text has characters that change the reading direction ({listed})"
        hint = "the text may look like another text; delete these characters"
        reading.warn("direction-control", message, node, (), hint)
