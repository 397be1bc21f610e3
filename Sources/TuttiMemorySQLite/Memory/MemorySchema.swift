import TuttiStore
package import TuttiStoreSQLite

extension DatabaseRole {
    /// A file of memories; its mark is `TUTM`.
    static let memory = DatabaseRole(
        applicationID: 0x5455_544D, elsewhere: "choose another file for the memory",
        newer: { _ in "Use the newer release, or another file" },
        wayOut: { code in
            switch code {
            case .diskFull: "; free some space: what was put before is kept"
            case .corrupt:
                "; nothing was changed. Keep a copy of the file, then save what can be read with "
                    + "`sqlite3 FILE .recover | sqlite3 recovered.db`, and move recovered.db into its place"
            case .busy: "; another process has been writing for too long"
            case .notWritable: "; choose a file in a folder that you may write"
            default: ""
            }
        })
}

extension Migration {
    /// The history of the schema of memories; never edited once released, only added to.
    package static let memory: [Migration] = [Migration(name: "memory", up: memoryUp, down: memoryDown)]

    /// Times are milliseconds since 1970. `seq` grows with each put, so it orders entries of one moment. `searched` is
    /// what words are looked for in. `usage` is one row that triggers keep true, whoever writes.
    private static let memoryUp = """
        create table entry(
            seq integer primary key autoincrement, namespace text not null, key text not null, value text not null,
            searched text not null, written integer not null, expires integer, size integer not null
        ) strict;
        create unique index entry_key on entry(namespace, key);
        create index entry_order on entry(namespace, seq);
        create index entry_expires on entry(expires, seq) where expires is not null;

        create table usage(
            id integer primary key check(id = 1), entries integer not null, bytes integer not null,
            dropped integer not null
        ) strict;
        insert into usage values(1, 0, 0, 0);
        create trigger entry_added after insert on entry begin
            update usage set entries = entries + 1, bytes = bytes + new.size;
        end;
        create trigger entry_removed after delete on entry begin
            update usage set entries = entries - 1, bytes = bytes - old.size;
        end;
        """

    private static let memoryDown = "drop table usage; drop table entry;"
}
