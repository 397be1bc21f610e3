extension Vocabulary {
    static let releaseLists: [(Topic, String)] = [
        (
            .production,
            """
            production, deploy(|s|ed|ment|ments|ing), customer(|s), users, tenants, traffic, release(|s|d)
            service, server(|s), database, endpoint(|s), migrat(e|es|ed|ion|ions|ing), client(|s), on-call
            availability, backend, cluster
            """
        ),
        (
            .rollout,
            """
            rollout(|s), roll-out, roll(|s|ed|ing) out, phased, beta, alpha, canary, feature flag(|s)
            feature-flag(|s|ged), pilot, launch(|es|ed) (plan|date|in|to|on|with), staged, gradual(|ly)
            general availability, ga, early access, dark launch, blue-green, blue/green, release plan
            shadow mode, behind a flag, first to, % of users, percent of users, percent of traffic, of traffic
            week 1, phase 1, phase one, cohort(|s), limited release, ring, wave(|s)
            """
        ),
        (
            .rollback,
            """
            rollback(|s), roll-back, roll(|s|ed|ing) back, revert(|s|ed|ing), undo, kill switch, the switch
            a switch, switched off, flag, flags, toggle(|s), switch(|es) off, kill-switch, turn(|ed|ing) off
            switch(|ed|ing) off, disabl(e|es|ed|ing) the, feature flag(|s), feature-flag, restor(e|es|ed|ing)
            back out, backout, backed out, downgrade, previous version, old version, fall back to the old
            flag off, reversible, undone, behind a flag, switch(|es|ed|ing) back, reinstate
            """
        ),
        (
            .dataChange,
            """
            migration(|s), migrate(|s|d), schema change(|s), backfill(|s|ed), convert(|s|ed) existing
            drop(|s) the (column|table), rename(|s) the column, cut-over, cutover, re-encrypt, migrate existing
            """
        ),
        (
            .irreversible,
            """
            delete(|s) (the|all|every|old|any), drop (the|all) (table|tables|database|topic|index|collection)
            truncate (the|all), purge(|s) (the|all), wipe (the|all), cannot be undone, irreversible
            permanently (delete|deletes|remove|removes|destroy), destroy(|s) the, overwrite(|s) the, format the
            """
        ),
        (
            .backup,
            """
            backup(|s), back-up, back(|ed) up, snapshot(|s), restor(e|es|ed|ing), rollback, roll-back
            roll(|s) back, dump, pg_dump, export first, copy of, point-in-time, undo, revert, recovered from
            soft delete, dry run, dry-run, export is kept, copy is kept
            """
        ),
    ]
}
