"""push.py COMMAND FILE: send metrics to the Pushgateway that PUSHGATEWAY names; without one, none.

A POST keeps the metrics that FILE does not have, such as the last success.
"""

import os
import sys
import urllib.request
from pathlib import Path


def main(command: str, file: str) -> None:
    gateway = os.environ.get("PUSHGATEWAY", "").rstrip("/")
    if not gateway or not Path(file).is_file():
        return
    if not gateway.startswith(("http://", "https://")):
        sys.exit(f"PUSHGATEWAY is {gateway}; write its address, such as http://pushgateway:9091")
    instance = os.environ.get("INSTANCE", "")
    group = f"job/reconciler/command/{command}" + (f"/instance/{instance}" if instance else "")
    body = Path(file).read_bytes()
    request = urllib.request.Request(f"{gateway}/metrics/{group}", body, method="POST")  # noqa: S310
    try:
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
    except OSError as error:
        sys.exit(f"the metrics were not pushed to {gateway}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
