"""Plans, findings and outcomes as text, Markdown, JSON, annotations, tables. Strings out, pure."""
