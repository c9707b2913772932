"""Files and account in, plan out; the record around a run. Writes nothing to incident.io."""
