/// A JSON object as its bytes, with the places of its members: what is handed on stays as it came, but for the few
/// members that are put in place of others.
package struct RawObject: Sendable {
    package let bytes: [UInt8]
    private var places: [(name: [UInt8], value: Range<Int>)] = []
    /// Where the last brace is.
    private var end = 0

    /// Objects and lists inside each other, as everywhere.
    private static let depthMax = 128

    /// - Throws: ``GatewayError`` for what is no object, and for one that has a member twice: of two that read it one
    ///   would see the first and the other the last.
    package init(_ bytes: [UInt8]) throws(GatewayError) {
        self.bytes = bytes
        var cursor = Cursor(bytes)
        guard cursor.readMembers(&places) else {
            throw GatewayError(.invalidRequest, "the body is no JSON object", code: "invalid_json")
        }
        end = cursor.place - 1
        cursor.skipBlanks()
        guard cursor.place == bytes.count else {
            throw GatewayError(.invalidRequest, "there is something behind the JSON object", code: "invalid_json")
        }
        let names = Set(places.map(\.name))
        guard names.count == places.count else {
            throw GatewayError(.invalidRequest, "the body has a member twice; send each once", code: "invalid_json")
        }
    }

    /// The bytes of a member's value; `nil` when it is not there.
    package subscript(name: StaticString) -> ArraySlice<UInt8>? {
        place(name).map { bytes[$0] }
    }

    private func place(_ name: StaticString) -> Range<Int>? {
        name.withUTF8Buffer { word in
            places.first { unsafe $0.name.elementsEqual(word) }?.value
        }
    }

    /// The same with other values for some members, put together in one piece; those that are not there come behind all
    /// others.
    package func bytes(changing changes: [(name: StaticString, value: [UInt8])]) -> [UInt8] {
        var pieces: [(place: Range<Int>, value: [UInt8])] = []
        var added: [UInt8] = []
        for (name, value) in changes {
            if let place = place(name) {
                pieces.append((place, value))
            } else {
                if !places.isEmpty || !added.isEmpty { added.append(UInt8(ascii: ",")) }
                added.append(UInt8(ascii: "\""))
                name.withUTF8Buffer { unsafe added.append(contentsOf: $0) }
                added += [UInt8(ascii: "\""), UInt8(ascii: ":")] + value
            }
        }
        pieces.append((end..<end, added))
        pieces.sort { $0.place.lowerBound < $1.place.lowerBound }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + pieces.reduce(0) { $0 + $1.value.count })
        var place = 0
        for piece in pieces {
            result += bytes[place..<piece.place.lowerBound]
            result += piece.value
            place = piece.place.upperBound
        }
        return result + bytes[place...]
    }
}

extension RawObject {
    /// Walks over JSON without reading it; what is wrong inside of a value is for the provider to say.
    private struct Cursor {
        let bytes: [UInt8]
        var place = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

        mutating func skipBlanks() {
            while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
        }

        private mutating func take(_ wanted: UInt8) -> Bool {
            skipBlanks()
            guard byte == wanted else { return false }
            place += 1
            return true
        }

        mutating func readMembers(_ places: inout [(name: [UInt8], value: Range<Int>)]) -> Bool {
            guard take(UInt8(ascii: "{")) else { return false }
            if take(UInt8(ascii: "}")) { return true }
            repeat {
                skipBlanks()
                let start = place
                guard skipText() else { return false }
                // A name with escapes could be any other; clients write none.
                let name = Array(bytes[(start + 1)..<(place - 1)])
                guard !name.contains(UInt8(ascii: "\\")), take(UInt8(ascii: ":")) else { return false }
                skipBlanks()
                let value = place
                guard skipValue() else { return false }
                places.append((name, value..<place))
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}"))
        }

        private mutating func skipText() -> Bool {
            guard byte == UInt8(ascii: "\"") else { return false }
            place += 1
            while let byte {
                place += 1
                if byte == UInt8(ascii: "\"") { return true }
                if byte == UInt8(ascii: "\\") { place += 1 }
            }
            return false
        }

        private mutating func skipValue() -> Bool {
            var depth = 0
            repeat {
                switch byte {
                case nil: return false
                case UInt8(ascii: "\"")?: if !skipText() { return false }
                case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
                    depth += 1
                    place += 1
                    if depth > RawObject.depthMax { return false }
                case UInt8(ascii: "}")?, UInt8(ascii: "]")?:
                    if depth == 0 { return false }
                    depth -= 1
                    place += 1
                case UInt8(ascii: ",")?, UInt8(ascii: ":")?:
                    if depth == 0 { return false }
                    place += 1
                default: if !skipWord() && depth == 0 { return false }
                }
            } while depth > 0
            return place <= bytes.count
        }

        /// A number, a word such as `true`, or blanks.
        private mutating func skipWord() -> Bool {
            let start = place
            while let byte, !Self.ends.contains(byte) { place += 1 }
            if place == start { place += 1 }
            return true
        }

        private static let ends = Set(" \n\r\t,:{}[]\"".utf8)
    }
}
