"""The sandbox over HTTP: requests in, answers out, with faults, pages and limits."""
