"""Files and account in, plan out. Reads only."""
