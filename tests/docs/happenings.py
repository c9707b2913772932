"""What happens to the account behind the back of a page's reader."""

from collections.abc import Callable, Mapping

from reconciler.sandbox.running import RunningSandbox

HAPPENINGS: Mapping[str, Callable[[RunningSandbox], None]] = {}
