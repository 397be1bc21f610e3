/// What guards have found in one call: how often each did what.
package struct GuardAccount: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let guardName: String
        /// Such as `redacted`.
        package let done: String
        package fileprivate(set) var count: Int
    }

    /// In the order in which they were first found.
    package private(set) var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    package mutating func add(_ name: String, _ done: String, count: Int = 1) {
        if let index = entries.firstIndex(where: { $0.guardName == name && $0.done == done }) {
            entries[index].count += count
        } else {
            entries.append(Entry(guardName: name, done: done, count: count))
        }
    }

    package mutating func add(_ other: GuardAccount) {
        for entry in other.entries { add(entry.guardName, entry.done, count: entry.count) }
    }

    /// What was added to an account that was this one before.
    package func since(_ earlier: GuardAccount) -> GuardAccount {
        var account = GuardAccount()
        for (index, entry) in entries.enumerated() {
            let count = entry.count - (index < earlier.entries.count ? earlier.entries[index].count : 0)
            if count > 0 { account.add(entry.guardName, entry.done, count: count) }
        }
        return account
    }

    /// As heads and the ledger have it: `personal=redacted:2,codenames=reported:1`. What does not fit within
    /// ``GuardLimits/accountBytesMax`` is counted: `more=3`.
    package var text: String {
        var text = ""
        for (index, entry) in entries.enumerated() {
            let piece = "\(index > 0 ? "," : "")\(entry.guardName)=\(entry.done):\(entry.count)"
            let rest = ",more=\(entries.count - index)"
            guard text.utf8.count + piece.utf8.count <= GuardLimits.accountBytesMax - rest.utf8.count else {
                return text + rest
            }
            text += piece
        }
        return text
    }
}
