import TuttiStore
import TuttiStoreSQLite

extension DatabaseRole {
    /// The answers that a gateway gives again; its mark is `TUTR`.
    static let answers = besideJournal(applicationID: 0x5455_5452)
}

extension Migration {
    /// The history of the schema; never edited once released, only added to.
    static let answers: [Migration] = [Migration(name: "answers", up: answersUp, down: answersDown)]

    /// `used` counts uses of all answers, so that it is their order; `size` is what an answer counts. `kind` and
    /// `vector` are those of its question, the vector as 32-bit numbers, the least significant byte first.
    ///
    /// What is large has a table of its own: a row is written anew as a whole with each use, and what stands behind a
    /// large value is found only by reading through it.
    private static let answersUp = """
        create table answer(
            id integer primary key, key blob not null unique, tenant text not null, model text not null,
            provider_model text not null, time integer not null, used integer not null, size integer not null,
            tokens integer not null, cost integer not null, kind blob
        ) strict;
        create table answer_content(id integer primary key, vector blob, bytes blob not null) strict;
        create trigger answer_removed after delete on answer
            begin delete from answer_content where id = old.id; end;
        create index answer_used on answer(used, size);
        create index answer_time on answer(time);
        create index answer_kind on answer(kind, time) where kind is not null;
        """

    private static let answersDown = "drop table answer; drop table answer_content;"
}
