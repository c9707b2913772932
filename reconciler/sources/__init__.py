"""Alert sources: what feeds the routes, how their senders are configured, where tokens lie.

- `inventory`: the sources of reconciler.yaml beside the live ones and beside the routes.
- `values`, `alertmanager`, `verify`: what senders' configurations really feed.
- `render`: the receiver and the ExternalSecret, as they should be.
- `places`, `aws`, `kubectl`: the tokens where they lie, wrapped as soon as they are read.
- `push`: the steps of a rotation; what is done already is seen, not remembered.
- `twins`: the safe way to another source, on the route files.

A token is a `client.Token` from the moment it is read, and is compared by hash. Nothing here
prints, and no text, finding or exception holds a token or a part of one.
"""
