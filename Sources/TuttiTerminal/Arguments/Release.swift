/// What this program is.
package enum Release {
    /// As `tutti version` shows it.
    package static let version = "0.1.0"
}
