"""A migration operation that makes the database keep children in their parent's program."""

from django.db.migrations.operations import RunSQL


def same_program(*, child: str, column: str, parent: str, deferrable: bool = True) -> RunSQL:
    """Foreign key (program, column) -> parent (program, id), beside a unique key on the parent.

    A plain foreign key would let a row of one program point at a row of another.
    """
    key = f"{parent}_program_id_key"
    name = f"{child}_{column}_same_program"
    timing = "DEFERRABLE INITIALLY DEFERRED" if deferrable else ""
    return RunSQL(
        sql=[
            f"CREATE UNIQUE INDEX IF NOT EXISTS {key} ON {parent} (program_id, id)",
            (
                f"ALTER TABLE {child} ADD CONSTRAINT {name} FOREIGN KEY (program_id, {column})"
                f" REFERENCES {parent} (program_id, id) {timing}"
            ),
        ],
        reverse_sql=[f"ALTER TABLE {child} DROP CONSTRAINT {name}"],
    )
