import TuttiConfiguration

/// Completion for bash: one function that finds the command in the words so far, then offers what it takes.
struct BashCompletion {
    let table: CommandTable

    var text: String {
        """
        # Completion of \(table.program) for bash. Use it: source <(\(table.program) completions bash)
        _\(table.program)() {
            local current previous path index
            current="${COMP_WORDS[COMP_CWORD]}"
            previous="${COMP_WORDS[COMP_CWORD-1]}"
            # bash splits --flag=value into three words.
            if [[ "$current" == "=" ]]; then
                current=""
            elif [[ "$previous" == "=" && COMP_CWORD -gt 1 ]]; then
                previous="${COMP_WORDS[COMP_CWORD-2]}"
            fi
            path=""
            for ((index = 1; index < COMP_CWORD; index++)); do
                case "$path/${COMP_WORDS[index]}" in
        \(pathCases)        esac
            done
            COMPREPLY=()
            case "$path $previous" in
        \(valueCases)    esac
            if [[ "$current" == -* ]]; then
                case "$path" in
        \(flagCases)        esac
                return
            fi
            case "$path" in
        \(wordCases)    esac
        }
        complete -F _\(table.program) \(table.program)

        """
    }

    /// Follows the words of the command, skipping everything else.
    private var pathCases: String {
        let paths = Set(table.commands.map(\.path) + table.stems.filter { !$0.isEmpty })
        return paths.map { path in
            let stem = Self.key(Array(path.dropLast()))
            return "            \"\(stem)/\(path.last ?? "")\") path=\"\(Self.key(path))\" ;;\n"
        }.sorted().joined()
    }

    private var valueCases: String {
        let own = table.commands.flatMap { command in
            command.flags.filter(\.takesValue).map { (Self.key(command.path), $0) }
        }
        let common = table.commonFlags.filter(\.takesValue).map { ("*", $0) }
        return (own + common).map { path, flag in
            let spellings = [flag.spelling] + (flag.short.map { ["-\($0)"] } ?? [])
            let patterns = spellings.map { path == "*" ? "*\" \($0)\"" : "\"\(path) \($0)\"" }
            return "        \(patterns.joined(separator: "|"))) \(offer(flag.kind)) return ;;\n"
        }.joined()
    }

    private var flagCases: String {
        let stems = table.stems.map { (Self.key($0), table.commonFlags) }
        let commands = table.commands.map { (Self.key($0.path), table.flags(of: $0)) }
        return (stems + commands).map { path, flags in
            let words = flags.map(\.spelling).joined(separator: " ")
            return "            \"\(path)\") \(Self.words(words)) ;;\n"
        }.joined()
    }

    private var wordCases: String {
        let stems = table.stems.map { stem in
            "        \"\(Self.key(stem))\") \(Self.words(table.continuations(of: stem).joined(separator: " "))) ;;\n"
        }
        let commands = table.commands.compactMap { command -> String? in
            guard let word = command.words.first else { return nil }
            return "        \"\(Self.key(command.path))\") \(offer(word.kind)) ;;\n"
        }
        return (stems + commands).joined()
    }

    private func offer(_ kind: ValueKind) -> String {
        switch CompletionOffer(kind) {
        case .files: "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\");"
        case .words(let words): Self.words(words.joined(separator: " "))
        case .nothing: ":;"
        }
    }

    private static func words(_ words: String) -> String {
        "mapfile -t COMPREPLY < <(compgen -W \"\(words)\" -- \"$current\");"
    }

    private static func key(_ path: [String]) -> String { path.joined(separator: "-") }
}
