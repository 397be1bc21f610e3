import TuttiAccess
import TuttiCore
import TuttiReadings

/// API keys as people see them: everything but the keys.
struct KeyTable {
    let keys: [APIKey]
    /// Usernames; a person that is not there is shown by its identifier. Empty where all are of one person.
    let people: [UserID: String]
    let now: Timestamp

    var table: TextTable {
        var columns: [TextTable.Column] = [.init("ID"), .init("NAME", isFlexible: true)]
        if !people.isEmpty { columns.append(.init("USER")) }
        columns += [
            .init("BEGINS"), .init("SCOPES"), .init("PROJECT"), .init("LIMITS"), .init("EXPIRES"),
            .init("LAST USED", alignment: .trailing),
        ]
        var table = TextTable(columns)
        for key in keys {
            var cells = [StyledLine(key.id.text), StyledLine(ShownText.line(key.name), .strong)]
            if !people.isEmpty { cells.append(StyledLine(ShownText.line(people[key.user] ?? key.user.text))) }
            let isOver = key.expires.map { $0 <= now } ?? false
            cells += [
                StyledLine(ShownText.line(key.hint) + "…", .muted),
                StyledLine(key.scopes.map { ShownText.list($0) } ?? "all"), StyledLine(ShownText.line(key.project)),
                StyledLine(key.limits.map { ShownText.line($0.sentence) } ?? "none"),
                StyledLine(ShownText.moment(key.expires), isOver ? .bad : .plain),
                StyledLine(key.lastUsed.map { AgeText.text(now - $0) } ?? "never", .muted),
            ]
            table.add(cells)
        }
        return table
    }
}
