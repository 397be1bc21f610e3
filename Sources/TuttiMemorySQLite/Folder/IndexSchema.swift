import TuttiStore
import TuttiStoreSQLite

extension DatabaseRole {
    /// The index of a folder; its mark is `TUTX`.
    static let index = DatabaseRole(
        applicationID: 0x5455_5458, elsewhere: "choose another file for the index",
        newer: { _ in "Use the newer release, or another file: an index can be made again at any time" },
        wayOut: { code in
            switch code {
            case .diskFull: "; free some space, or keep the index in memory"
            case .corrupt: "; remove the file: an index can be made again at any time"
            case .busy: "; another process has been writing for too long"
            case .notWritable: "; choose a file in a folder that you may write, or keep the index in memory"
            default: ""
            }
        })
}

extension Migration {
    /// The history of the schema of indices. Whatever changes what is cut or indexed needs a migration that empties
    /// `file`, so that everything is read again.
    static let index: [Migration] = [Migration(name: "index", up: indexUp, down: indexDown)]

    /// `passage.id` is the rowid in `words`, which holds the text itself. `hidden` has the parts of names.
    private static let indexUp = """
        create table folder(id integer primary key check(id = 1), root text not null) strict;
        create table file(
            id integer primary key, path text not null unique, size integer not null, modified integer not null,
            indexed integer not null, digest blob not null
        ) strict;
        create table passage(
            id integer primary key, file integer not null, first integer not null, last integer not null
        ) strict;
        create index passage_file on passage(file);
        create virtual table words using fts5(
            path, heading, text, hidden, tokenize = 'porter unicode61 remove_diacritics 2');
        """

    private static let indexDown = "drop table words; drop table passage; drop table file; drop table folder;"
}
