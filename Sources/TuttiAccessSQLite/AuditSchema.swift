import TuttiStoreSQLite

extension Migration {
    /// The audit log: the members of an exported line as columns, and the place that the first entry follows on.
    ///
    /// The triggers refuse what no caller of ours does; what proves that nobody has gone around them is the chain.
    /// Entries go only when the anchor has been moved beyond them, and that goes forward only, to an entry that is
    /// there.
    static let audit = Migration(
        name: "audit",
        up: """
            create table audit(
                n integer primary key, time integer not null, tenant text not null, actor text, name text not null,
                credential_kind text not null, credential text, address text, action text not null, target_kind text,
                target text, outcome text not null, request text, details text not null, previous text not null,
                hash text not null
            ) strict;
            create index audit_tenant on audit(tenant);
            create index audit_actor on audit(actor);
            create index audit_action on audit(action);
            create index audit_target on audit(target_kind, target);
            create table audit_anchor(one integer primary key check(one = 1), n integer not null, hash text not null)
                strict;
            insert into audit_anchor(one, n, hash) values(1, 0, printf('%064d', 0));
            create trigger audit_follows before insert on audit
                when new.n is not max(coalesce((select max(n) from audit), 0), (select n from audit_anchor)) + 1
                    or new.previous is not coalesce(
                        (select hash from audit where n = new.n - 1),
                        (select hash from audit_anchor where n = new.n - 1))
                begin select raise(abort, 'an audit entry must follow on the last one'); end;
            create trigger audit_stays before update on audit
                begin select raise(abort, 'audit entries cannot be changed'); end;
            create trigger audit_goes before delete on audit when old.n > (select n from audit_anchor)
                begin select raise(abort, 'audit entries cannot be removed before they are pruned'); end;
            create trigger audit_anchor_moves before update on audit_anchor
                when new.n <= old.n or not exists(select 1 from audit where n = new.n and hash = new.hash)
                begin select raise(abort, 'the beginning of the audit log moves to an entry of it only'); end;
            create trigger audit_anchor_stays before delete on audit_anchor
                begin select raise(abort, 'the beginning of the audit log cannot be removed'); end;
            create trigger audit_anchor_is_one before insert on audit_anchor
                begin select raise(abort, 'the audit log has one beginning'); end;
            """,
        down: "drop table audit; drop table audit_anchor;")
}
