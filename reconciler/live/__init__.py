"""The account as it is: routes and names read over the client, one route written."""
