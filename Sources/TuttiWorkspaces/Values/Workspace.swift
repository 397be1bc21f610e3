/// A folder that agents work in.
package struct Workspace: Sendable, Hashable {
    package let name: String
    /// The folder, which is all that a program in a sandbox may write to.
    package let path: String
}
