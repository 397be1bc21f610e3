import Glibc

/// A time as files have it, in nanoseconds since 1970.
struct FileMoment: Sendable, Hashable, Comparable {
    let nanoseconds: Int64

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Times beyond the year 2262, which a program can give its files, wrap around; they are only compared.
    init(_ time: timespec) { nanoseconds = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }

    static func < (one: FileMoment, other: FileMoment) -> Bool { one.nanoseconds < other.nanoseconds }

    /// What the kernel would give a file that is changed now (clock_gettime(2): CLOCK_REALTIME_COARSE).
    static var now: FileMoment {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return FileMoment(time)
    }

    /// This moment less a duration.
    func before(_ duration: Duration) -> FileMoment {
        let (seconds, attoseconds) = duration.components
        return FileMoment(nanoseconds: nanoseconds &- (seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000))
    }
}
