"""Changes to people and programs. Each change writes an audit row in its transaction."""
