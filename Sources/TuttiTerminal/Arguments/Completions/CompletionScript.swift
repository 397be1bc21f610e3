import TuttiConfiguration

/// Scripts that teach a shell to complete the program's commands, flags and values.
package struct CompletionScript: Sendable {
    let table: CommandTable

    package init(table: CommandTable) { self.table = table }

    /// The script for a shell, to be sourced.
    package func text(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletion(table: table).text
        case .zsh: ZshCompletion(table: table).text
        case .fish: FishCompletion(table: table).text
        }
    }
}

/// What a shell may offer for a value.
enum CompletionOffer {
    case files
    case words([String])
    case nothing

    init(_ kind: ValueKind) {
        self =
            switch kind {
            case .path: .files
            case .choice(let words): .words(words)
            case .toggle, .text, .integer, .list, .duration, .dollars: .nothing
            }
    }
}

extension CommandTable {
    /// The beginnings of command names: the empty one, then each group.
    var stems: [[String]] { [[]] + groups.map { [$0.name] } }
}
