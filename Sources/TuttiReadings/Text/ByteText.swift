/// Sizes as people read them.
package enum ByteText {
    /// `512 bytes`, `4.0 KiB`, `1.5 GiB`.
    package static func text(_ bytes: Int) -> String {
        var (unit, scale) = ("", 1)
        for next in ["KiB", "MiB", "GiB", "TiB"] where bytes >= scale * 1024 { (unit, scale) = (next, scale * 1024) }
        guard scale > 1 else { return "\(bytes) \(bytes == 1 ? "byte" : "bytes")" }
        let tenths = bytes / scale * 10 + bytes % scale * 10 / scale
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}

/// Counts as people read them.
package enum CountText {
    /// `1 run`, `2 runs`.
    package static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
