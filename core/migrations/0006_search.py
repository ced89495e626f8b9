"""The words of search, with each database's own index over them, which triggers keep. `upgrade` fills it: only the
program can fold words."""

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, Model, TextField

# The words are folded and joined by blanks already. `ascii` cuts at blanks and changes no letter beyond a to z;
# unicode61 would judge by its own table which letters are some, and PostgreSQL by another.
SQLITE = [
    "CREATE VIRTUAL TABLE search_index USING fts5"
    "(words, content='search_text', content_rowid='id', tokenize='ascii')",
    "CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN "
    "INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN "
    "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN "
    "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END"]
# The vector is put together by hand: PostgreSQL's own parser would cut "HRC/43" otherwise than we do.
POSTGRESQL = [
    "CREATE TABLE search_index (id integer PRIMARY KEY REFERENCES search_text ON DELETE CASCADE, "
    "vector tsvector NOT NULL)",
    "CREATE INDEX search_index_vector ON search_index USING gin (vector)",
    "CREATE FUNCTION search_text_kept() RETURNS trigger AS $$ BEGIN "
    "INSERT INTO search_index (id, vector) SELECT new.id, coalesce(string_agg('''' || word || ''':' || place, ' '), '')"
    "::tsvector FROM unnest(string_to_array(new.words, ' ')) WITH ORDINALITY AS found(word, place) "
    "ON CONFLICT (id) DO UPDATE SET vector = excluded.vector; RETURN NULL; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER search_text_kept AFTER INSERT OR UPDATE ON search_text "
    "FOR EACH ROW EXECUTE FUNCTION search_text_kept()"]


def is_sqlite(db):
    return "sqlite" in type(db).__name__.lower()


def up(migrator, db):
    class Coalition(Model):
        id = AutoField()
        class Meta:
            database = db
            table_name = 'coalition'

    class SearchText(Model):
        coalition = ForeignKeyField(Coalition, field=Coalition.id, on_delete='CASCADE')
        kind = CharField(max_length=60)
        object_id = IntegerField()
        piece = IntegerField()
        words = TextField()
        class Meta:
            database = db
            table_name = 'search_text'
            indexes = ((('kind', 'object_id', 'piece'), True),)
    db.create_tables([SearchText])
    for statement in SQLITE if is_sqlite(db) else POSTGRESQL:
        db.execute_sql(statement)


def down(migrator, db):
    db.execute_sql("DROP TABLE search_index")
    migrator.migrate(migrator.drop_table('search_text'))
    if not is_sqlite(db):
        db.execute_sql("DROP FUNCTION search_text_kept()")
