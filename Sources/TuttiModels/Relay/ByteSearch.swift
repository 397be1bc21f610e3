/// Comparing bytes of events without reading them.
enum ByteSearch {
    static func contains(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { needle in
            unsafe bytes.withUnsafeBufferPointer { unsafe contains($0, needle) }
        }
    }

    private static func contains(
        _ bytes: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard bytes.count >= needle.count, let first = unsafe needle.first else { return needle.isEmpty }
        var place = 0
        while place <= bytes.count - needle.count {
            guard unsafe bytes[place] == first else {
                place += 1
                continue
            }
            var length = 1
            while length < needle.count, unsafe bytes[place + length] == needle[length] { length += 1 }
            if length == needle.count { return true }
            place += 1
        }
        return false
    }

    /// What stands behind `data:` of an event with one such line; `nil` for a comment. Events of several lines are put
    /// together, which is rare.
    static func data(of event: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        for line in event.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.starts(with: "data:".utf8) {
            let value = line.dropFirst(5)
            let data = value.first == 0x20 ? value.dropFirst() : value
            found = found.map { $0 + [0x0A] + data } ?? data
        }
        return found
    }

    /// What stands behind `event:`; `nil` for an event without a name.
    static func name(of event: ArraySlice<UInt8>) -> String? {
        let lines = event.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
        guard let line = lines.first(where: { $0.starts(with: "event:".utf8) })?.dropFirst(6) else { return nil }
        return String(decoding: line.first == 0x20 ? line.dropFirst() : line, as: UTF8.self)
    }
}
