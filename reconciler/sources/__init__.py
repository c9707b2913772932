"""Alert sources: what feeds the routes, how senders are configured, where tokens are stored.

A token is a `client.Token` from the moment it is read, and is compared by hash. No code here
prints, and no text, finding or exception holds a token or a part of one.
"""
