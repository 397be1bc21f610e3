import Glibc

/// What the store asks of the disk, for tests in which it fails.
enum DiskPoint: Sendable, Hashable, CaseIterable {
    case open, write, sync, rename, remove
}

/// Decides before each call whether it fails instead; the error number, or `nil` to go on.
typealias FaultPlan = @Sendable (DiskPoint) -> Int32?

/// Carries out the calls that change the disk, each of which a test can let fail.
struct Disk: Sendable {
    var plan: FaultPlan?

    /// - Returns: false with `errno` set, when the plan says so or the call failed.
    func attempt(_ point: DiskPoint, _ call: () -> Bool) -> Bool {
        if let number = plan?(point) {
            errno = number
            return false
        }
        return call()
    }
}
