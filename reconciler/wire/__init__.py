"""A route's two JSON spellings: model ⇄ API v2 and v3. Pure, no I/O.

`codec.codec("v3")` is the way in. Everything outside this room speaks about routes, never about
payloads; a third version of the API is one more file here.
"""
