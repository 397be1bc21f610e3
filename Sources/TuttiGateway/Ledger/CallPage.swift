/// Some lines, and where to go on.
package struct CallPage: Sendable, Hashable {
    /// In the order of the filter.
    package var lines: [CallLine]
    /// What the next page is asked for behind; `nil` when there is nothing more. With it a page may hold fewer lines
    /// than asked for, even none: then so many were looked at that others shall have their turn.
    package var next: CallID?

    /// A page from its parts.
    package init(lines: [CallLine], next: CallID?) {
        self.lines = lines
        self.next = next
    }
}
