import Testing

/// Tests that run programs and wait for them: one after the other, so that they never hold both threads of a small
/// machine on which other tests run.
@Suite(.serialized) enum Workloads {}
