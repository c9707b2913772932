"""How two routes differ, field by field, and three of them."""
