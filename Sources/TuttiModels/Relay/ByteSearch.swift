import Glibc

/// Comparing bytes of events without reading them.
package enum ByteSearch {
    /// Whether a text stands there.
    package static func contains(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
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

    /// Which of some words stand there, found in one look: the bit of each is its place in the list.
    ///
    /// - Parameter words: each begins with a quote and has a letter behind it.
    static func words(_ words: [StaticString], in bytes: ArraySlice<UInt8>) -> UInt {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var found: UInt = 0
            var place = 0
            while place < bytes.count - 1 {
                defer { place += 1 }
                guard unsafe bytes[place] == UInt8(ascii: "\"") else { continue }
                let second = unsafe bytes[place + 1]
                for index in words.indices where unsafe words[index].utf8Start[1] == second {
                    let count = words[index].utf8CodeUnitCount
                    guard count <= bytes.count - place, let start = bytes.baseAddress else { continue }
                    if unsafe memcmp(start + place, words[index].utf8Start, count) == 0 { found |= 1 << UInt(index) }
                }
            }
            return found
        }
    }

    /// What stands behind `data:` of an event with one such line; `nil` for a comment. Events of several lines are put
    /// together, which is rare.
    static func data(of event: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        var rest = event
        while let line = nextLine(of: &rest) {
            guard line.count >= 5, line.starts(with: "data:".utf8) else { continue }
            let value = line.dropFirst(5)
            let data = value.first == 0x20 ? value.dropFirst() : value
            found = found.map { $0 + [0x0A] + data } ?? data
        }
        return found
    }

    /// What stands behind `event:`; `nil` for an event without a name.
    static func name(of event: ArraySlice<UInt8>) -> String? {
        var rest = event
        while let line = nextLine(of: &rest) {
            guard line.starts(with: "event:".utf8) else { continue }
            let name = line.dropFirst(6)
            return String(decoding: name.first == 0x20 ? name.dropFirst() : name, as: UTF8.self)
        }
        return nil
    }

    /// The next line that is not empty, without its end.
    private static func nextLine(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        while !rest.isEmpty {
            let line = rest.prefix(lineLength(rest))
            rest = rest[line.endIndex...].dropFirst()
            if !line.isEmpty { return line }
        }
        return nil
    }

    private static func lineLength(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var place = 0
            while place < bytes.count, unsafe bytes[place] != 0x0A && bytes[place] != 0x0D { place += 1 }
            return place
        }
    }
}
