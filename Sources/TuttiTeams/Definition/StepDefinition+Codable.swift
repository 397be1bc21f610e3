// Cases with payloads are stored under their own name, as they stand in a workflow file, so that an exported run can
// be read by people.

extension StepDefinition: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, needs, roundtable, command, wait, approval
    }

    /// Reads what ``encode(to:)`` writes.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        needs = try container.decode([String].self, forKey: .needs)
        if let roundtable = try container.decodeIfPresent(RoundtableAction.self, forKey: .roundtable) {
            action = .roundtable(roundtable)
        } else if let command = try container.decodeIfPresent(CommandAction.self, forKey: .command) {
            action = .command(command)
        } else if let wait = try container.decodeIfPresent(WaitAction.self, forKey: .wait) {
            action = .wait(wait)
        } else {
            action = .approval(try container.decode(ApprovalAction.self, forKey: .approval))
        }
    }

    /// Writes the action under its own name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(needs, forKey: .needs)
        switch action {
        case .roundtable(let action): try container.encode(action, forKey: .roundtable)
        case .command(let action): try container.encode(action, forKey: .command)
        case .wait(let action): try container.encode(action, forKey: .wait)
        case .approval(let action): try container.encode(action, forKey: .approval)
        }
    }
}

extension RoundtableAction.Source: Codable {
    private enum CodingKeys: String, CodingKey {
        case file, text
    }

    /// Reads what ``encode(to:)`` writes.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let path = try container.decodeIfPresent(Template.self, forKey: .file) {
            self = .file(path)
        } else {
            self = .text(try container.decode(Template.self, forKey: .text))
        }
    }

    /// Writes `file` or `text`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .file(let path): try container.encode(path, forKey: .file)
        case .text(let text): try container.encode(text, forKey: .text)
        }
    }
}

extension WaitAction: Codable {
    private enum CodingKeys: String, CodingKey {
        case time = "for"
        case signal, timeout
    }

    /// Reads what ``encode(to:)`` writes.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let time = try container.decodeIfPresent(WrittenDuration.self, forKey: .time) {
            self = .time(time)
        } else {
            let timeout = try container.decodeIfPresent(WrittenDuration.self, forKey: .timeout)
            self = .signal(try container.decode(String.self, forKey: .signal), timeout: timeout)
        }
    }

    /// Writes `for`, or `signal` and `timeout`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .time(let time): try container.encode(time, forKey: .time)
        case .signal(let name, let timeout):
            try container.encode(name, forKey: .signal)
            try container.encodeIfPresent(timeout, forKey: .timeout)
        }
    }
}
