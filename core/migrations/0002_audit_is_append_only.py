"""The database itself refuses to change or delete a line of the audit, and the chain gets its head."""

SQLITE = [
    f"CREATE TRIGGER audit_line_no_{verb.lower()} BEFORE {verb} ON audit_line "
    "BEGIN SELECT RAISE(ABORT, 'audit lines are append-only'); END" for verb in ("UPDATE", "DELETE")]
POSTGRESQL = [
    "CREATE FUNCTION audit_line_append_only() RETURNS trigger AS "
    "$$ BEGIN RAISE EXCEPTION 'audit lines are append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_line_no_change BEFORE UPDATE OR DELETE ON audit_line "
    "FOR EACH ROW EXECUTE FUNCTION audit_line_append_only()"]


def is_sqlite(db):
    return "sqlite" in type(db).__name__.lower()


def up(migrator, db):
    for statement in SQLITE if is_sqlite(db) else POSTGRESQL:
        db.execute_sql(statement)
    db.execute_sql("INSERT INTO audit_head (number, hash) VALUES (0, '')")


def down(migrator, db):
    if is_sqlite(db):
        db.execute_sql("DROP TRIGGER audit_line_no_update")
        db.execute_sql("DROP TRIGGER audit_line_no_delete")
    else:
        db.execute_sql("DROP TRIGGER audit_line_no_change ON audit_line")
        db.execute_sql("DROP FUNCTION audit_line_append_only()")
    db.execute_sql("DELETE FROM audit_head")
