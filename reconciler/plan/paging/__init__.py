"""What a change does to paging, as far as one route can say."""
