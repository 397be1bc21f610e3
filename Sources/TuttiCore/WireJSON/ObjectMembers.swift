/// Where the members of a JSON object stand in its bytes. Their values are walked over and not read: what is wrong
/// inside of one is for its reader to say.
package struct ObjectMembers: Sendable {
    /// A name without its quotes, and a value.
    package struct Place: Sendable {
        package let name: Range<Int>
        package let value: Range<Int>
    }

    package let bytes: [UInt8]
    package private(set) var places: [Place] = []
    /// Where the last brace is.
    package private(set) var end = 0
    /// Whether nothing but blanks stands behind the object.
    package private(set) var isAlone = false

    /// The members of an object; `nil` for what is none, for one that is nested deeper than ``WireJSON/depthMax``, and
    /// for one of whose names one has an escape: it could be any other, and programs write none.
    package init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        let found = unsafe bytes.withUnsafeBufferPointer { buffer -> (places: [Place], end: Int, isAlone: Bool)? in
            var cursor = unsafe Cursor(bytes: buffer)
            guard let places = cursor.members() else { return nil }
            let end = cursor.place - 1
            cursor.skipBlanks()
            return (places, end, cursor.place == buffer.count)
        }
        guard let found else { return nil }
        (places, end, isAlone) = found
    }

    /// The place of a member's value; of two of one name that of the first.
    package func place(_ name: StaticString) -> Range<Int>? {
        name.withUTF8Buffer { word in
            places.first { unsafe bytes[$0.name].elementsEqual(word) }?.value
        }
    }

    /// The bytes of a member's value; `nil` when it is not there.
    package subscript(name: StaticString) -> ArraySlice<UInt8>? { place(name).map { bytes[$0] } }

    /// Whether some name stands there twice.
    package var hasDuplicates: Bool {
        for (index, place) in places.enumerated() {
            for other in places[..<index] where other.name.count == place.name.count {
                if bytes[other.name].elementsEqual(bytes[place.name]) { return true }
            }
            // Of so many the pairs would be too many to compare.
            if index == 64 { return Set(places.map { bytes[$0.name] }).count < places.count }
        }
        return false
    }
}

extension ObjectMembers {
    /// Walks over JSON without reading it. Lives no longer than the bytes that it is lent.
    @safe
    private struct Cursor {
        private let bytes: UnsafeBufferPointer<UInt8>
        var place = 0

        init(bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

        private var byte: UInt8? { unsafe place < bytes.count ? bytes[place] : nil }

        mutating func skipBlanks() {
            while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
        }

        private mutating func take(_ wanted: UInt8) -> Bool {
            skipBlanks()
            guard byte == wanted else { return false }
            place += 1
            return true
        }

        mutating func members() -> [Place]? {
            guard take(UInt8(ascii: "{")) else { return nil }
            if take(UInt8(ascii: "}")) { return [] }
            var places: [Place] = []
            places.reserveCapacity(8)
            repeat {
                skipBlanks()
                let start = place
                guard let hasEscape = skipText(), !hasEscape else { return nil }
                let name = (start + 1)..<(place - 1)
                guard take(UInt8(ascii: ":")) else { return nil }
                skipBlanks()
                let value = place
                guard skipValue() else { return nil }
                places.append(Place(name: name, value: value..<place))
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}")) ? places : nil
        }

        /// Whether the text has an escape; `nil` when there is none, or only a part of one.
        private mutating func skipText() -> Bool? {
            guard byte == UInt8(ascii: "\"") else { return nil }
            place += 1
            var hasEscape = false
            while let byte {
                place += 1
                if byte == UInt8(ascii: "\"") { return hasEscape }
                if byte == UInt8(ascii: "\\") {
                    place += 1
                    hasEscape = true
                }
            }
            return nil
        }

        private mutating func skipValue() -> Bool {
            var depth = 0
            repeat {
                switch byte {
                case nil: return false
                case UInt8(ascii: "\"")?: if skipText() == nil { return false }
                case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
                    depth += 1
                    place += 1
                    if depth > WireJSON.depthMax { return false }
                case UInt8(ascii: "}")?, UInt8(ascii: "]")?:
                    if depth == 0 { return false }
                    depth -= 1
                    place += 1
                case UInt8(ascii: ",")?, UInt8(ascii: ":")?:
                    if depth == 0 { return false }
                    place += 1
                default: skipWord()
                }
            } while depth > 0
            return unsafe place <= bytes.count
        }

        /// A number, a word such as `true`, or blanks.
        private mutating func skipWord() {
            let start = place
            while let byte, !Self.isEnd(byte) { place += 1 }
            if place == start { place += 1 }
        }

        private static func isEnd(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""):
                true
            default: false
            }
        }
    }
}
