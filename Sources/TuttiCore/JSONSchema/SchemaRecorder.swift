/// A decoder that has every member a type may ask for, and remembers that it was asked.
struct SchemaRecorder: Decoder {
    typealias Way = SchemaRecording.Way

    let probe: SchemaProbe
    let path: String
    let recording: SchemaRecording
    let codingPath: [any CodingKey]
    /// Ways that were seen already; another one is wanted.
    let refused: Set<Way>
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(
        probe: SchemaProbe, path: String, recording: SchemaRecording = SchemaRecording(),
        codingPath: [any CodingKey] = [], refused: Set<Way> = []
    ) {
        self.probe = probe
        self.path = path
        self.recording = recording
        self.codingPath = codingPath
        self.refused = refused
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try go(.members)
        return KeyedDecodingContainer(KeyedRecorder<Key>(recorder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try go(.list)
        return UnkeyedRecorder(recorder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    /// A recorder for what is inside.
    func inner(_ recording: SchemaRecording, _ key: (any CodingKey)?, _ part: String) -> SchemaRecorder {
        SchemaRecorder(
            probe: probe, path: path + "/" + JSONPointer.escape(part), recording: recording,
            codingPath: codingPath + (key.map { [$0] } ?? []))
    }

    /// Reads a whole value here.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let finding = try probe.finding(of: type, at: path)
        recording.read(finding.schema)
        guard let value = finding.value as? Value else {
            throw probe.fail(type, path, "its placeholder is of another type")
        }
        return value
    }

    private func go(_ way: Way) throws {
        if refused.contains(way) { throw refusal }
        recording.ways.insert(way)
    }

    private var refusal: DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: "another form is wanted"))
    }
}

extension SchemaRecorder: SingleValueDecodingContainer {
    func decodeNil() -> Bool {
        recording.takesNull = true
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try go(.value(ObjectIdentifier(type)))
        return try value(type)
    }
}

/// An object that has every member.
struct KeyedRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: SchemaRecorder

    var codingPath: [any CodingKey] { recorder.codingPath }
    var allKeys: [Key] { Key(stringValue: SchemaRecording.anyName).map { [$0] } ?? [] }

    func contains(_ key: Key) -> Bool {
        recorder.recording.mayLack(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) -> Bool {
        recorder.recording.member(key.stringValue).takesNull = true
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try inner(key).value(type)
    }

    /// Nothing: so the type may be one that is being looked into.
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        recorder.recording.mayLack(key.stringValue)
        let inner = inner(key)
        inner.recording.takesNull = true
        inner.recording.read(try recorder.probe.schema(of: type, at: inner.path))
        return nil
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try inner(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try inner(key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { recorder.inner(recorder.recording.member("super"), nil, "super") }

    func superDecoder(forKey key: Key) -> any Decoder { inner(key) }

    private func inner(_ key: Key) -> SchemaRecorder {
        recorder.inner(recorder.recording.member(key.stringValue), key, key.stringValue)
    }
}

/// A list of one element for a type that asks where it ends, and of any number for one that does not.
struct UnkeyedRecorder: UnkeyedDecodingContainer {
    let recorder: SchemaRecorder
    private var isNullAsked = false

    init(recorder: SchemaRecorder) { self.recorder = recorder }

    var codingPath: [any CodingKey] { recorder.codingPath }
    var count: Int? { nil }
    var currentIndex: Int { recorder.recording.elements.count }
    var isAtEnd: Bool {
        recorder.recording.isEndAsked = true
        return !recorder.recording.elements.isEmpty
    }

    mutating func decodeNil() -> Bool {
        isNullAsked = true
        return false
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().value(type) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

    mutating func superDecoder() -> any Decoder { next() }

    private mutating func next() -> SchemaRecorder {
        let recording = SchemaRecording()
        recording.takesNull = isNullAsked
        isNullAsked = false
        recorder.recording.elements.append(recording)
        return recorder.inner(recording, nil, "*")
    }
}
