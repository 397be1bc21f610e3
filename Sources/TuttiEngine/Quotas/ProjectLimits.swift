import Synchronization
package import TuttiCore

/// What single projects may spend, in place of what ``AccountQuotas/project`` says of the same. A change counts from
/// the next command on.
package final class ProjectLimits: Sendable {
    private let limits: Mutex<[String: SpendingLimits]>

    /// - Parameter limits: those of each project, by its name; of the projects of ``EngineOptions/tenant``.
    package init(_ limits: [String: SpendingLimits] = [:]) { self.limits = Mutex(limits) }

    /// Puts limits in the place of those that a project has; `nil` for none of its own.
    package func set(_ limits: SpendingLimits?, of project: String) {
        self.limits.withLock { $0[project] = limits }
    }

    func limits(of project: String?) -> SpendingLimits? {
        project.flatMap { project in limits.withLock { $0[project] } }
    }
}
