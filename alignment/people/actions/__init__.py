"""What changes people and programs. Every change leaves an audit row in its transaction."""
