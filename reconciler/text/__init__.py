"""Text made safe, measured, wrapped and styled. Knows nothing of routes."""

from reconciler.text.lines import (
    NARROWEST as NARROWEST,
    Line as Line,
    Span as Span,
    Style as Style,
    aligned as aligned,
    beside as beside,
    difference as difference,
    fitted as fitted,
    line as line,
    line_width as line_width,
    plain_text as plain_text,
    render as render,
)
from reconciler.text.markdown import (
    MOST as MOST,
    MOST_TAKEN as MOST_TAKEN,
    code as code,
    cut_to_size as cut_to_size,
    fenced as fenced,
    html as html,
    joined as joined,
    prose as prose,
    sentence as sentence,
    size as size,
)
from reconciler.text.visible import (
    AT_THE_BEGIN as AT_THE_BEGIN,
    columns as columns,
    counted as counted,
    cut as cut,
    folded as folded,
    json_text as json_text,
    line_so_far as line_so_far,
    plain_ascii as plain_ascii,
    visible as visible,
    without_commands as without_commands,
    wrapped as wrapped,
)
