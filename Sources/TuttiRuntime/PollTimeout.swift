/// A limit of waiting as epoll_wait(2) takes it: in milliseconds, rounded up, so that it is over when the wait returns,
/// and at most an hour; `nil` is without end.
package func pollTimeout(_ limit: Duration?) -> Int32 {
    guard let limit else { return -1 }
    guard limit > .zero else { return 0 }
    guard limit < .seconds(3600) else { return 3_600_000 }
    return Int32(limit / .milliseconds(1)) + 1
}
