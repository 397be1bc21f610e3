import TuttiConfiguration

/// Completion for zsh: `_arguments` for each command, chosen by the words before the cursor.
struct ZshCompletion {
    let table: CommandTable

    var text: String {
        """
        #compdef \(table.program)
        # Completion of \(table.program) for zsh. Use it: source <(\(table.program) completions zsh)
        _\(table.program)() {
            local -a common
            common=(
        \(table.commonFlags.map { specification($0, indent: 8) }.joined())    )
            local path="" word
            integer index skip=0
            for ((index = 2; index < CURRENT; index++)); do
                word="${words[index]}"
                case "$path/$word" in
        \(pathCases)        esac
            done
            case "$path" in
        \(stemCases)\(commandCases)    esac
        }
        if (( $+functions[compdef] )); then
            compdef _\(table.program) \(table.program)
        fi

        """
    }

    private var pathCases: String {
        let paths = Set(table.commands.map(\.path) + table.stems.filter { !$0.isEmpty })
        return paths.map { path in
            let stem = Self.key(Array(path.dropLast()))
            return "            \"\(stem)/\(path.last ?? "")\") path=\"\(Self.key(path))\"; skip=index ;;\n"
        }.sorted().joined()
    }

    private var stemCases: String {
        table.stems.map { stem in
            let names = table.continuations(of: stem).map { name in
                let path = stem + [name]
                let summary =
                    table.command(at: path)?.summary ?? table.groups.first { $0.name == name }?.summary ?? ""
                return Self.quoted("\(name):\(summary)")
            }
            return """
                        "\(Self.key(stem))")
                            local -a names
                            names=(\(names.joined(separator: " ")))
                            _arguments $common '*: :{_describe command names}' ;;

                """
        }.joined()
    }

    private var commandCases: String {
        table.commands.map { command in
            let flags = command.flags.map { specification($0, indent: 16) }.joined()
            let words = command.words.map { word in
                let star = word.isRepeatable ? "*" : ""
                return "                " + Self.quoted("\(star):\(word.name):\(action(word.kind))") + "\n"
            }.joined()
            // `_arguments` counts words from the command on; those that chose it are cut off.
            return """
                        "\(Self.key(command.path))")
                            words=("${words[@]:$((skip - 1))}")
                            (( CURRENT -= skip - 1 ))
                            local -a own
                            own=(
                \(flags)\(words)            )
                            _arguments -s $common $own ;;

                """
        }.joined()
    }

    private func specification(_ flag: FlagDefinition, indent: Int) -> String {
        let value = flag.takesValue ? ":\(flag.placeholder):\(action(flag.kind))" : ""
        let help = "[" + Self.bracketed(flag.help) + "]" + value
        let star = flag.isRepeatable ? "*" : ""
        let spellings = [flag.spelling + (flag.takesValue ? "=" : "")] + (flag.short.map { ["-\($0)"] } ?? [])
        let margin = String(repeating: " ", count: indent)
        return spellings.map { margin + Self.quoted(star + $0 + help) + "\n" }.joined()
    }

    private func action(_ kind: ValueKind) -> String {
        switch CompletionOffer(kind) {
        case .files: "_files"
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .nothing: " "
        }
    }

    private static func bracketed(_ text: String) -> String {
        text.replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    private static func key(_ path: [String]) -> String { path.joined(separator: "-") }
}
