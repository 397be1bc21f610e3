import TuttiCore

/// A JSON object as its bytes, with the places of its members: what is handed on stays as it came, but for the few
/// members that are put in place of others.
package struct RawObject: Sendable {
    private let members: ObjectMembers

    package var bytes: [UInt8] { members.bytes }

    /// - Throws: ``GatewayError`` for what is no object, and for one that has a member twice: of two that read it one
    ///   would see the first and the other the last.
    package init(_ bytes: [UInt8]) throws(GatewayError) {
        guard let members = ObjectMembers(bytes) else {
            throw GatewayError(.invalidRequest, "the body is no JSON object", code: "invalid_json")
        }
        guard members.isAlone else {
            throw GatewayError(.invalidRequest, "there is something behind the JSON object", code: "invalid_json")
        }
        guard !members.hasDuplicates else {
            throw GatewayError(.invalidRequest, "the body has a member twice; send each once", code: "invalid_json")
        }
        self.members = members
    }

    /// The bytes of a member's value; `nil` when it is not there.
    package subscript(name: StaticString) -> ArraySlice<UInt8>? { members[name] }

    /// The same with other values for some members, put together in one piece; those that are not there come behind all
    /// others.
    package func bytes(changing changes: [(name: StaticString, value: [UInt8])]) -> [UInt8] {
        var pieces: [(place: Range<Int>, value: [UInt8])] = []
        var added: [UInt8] = []
        for (name, value) in changes {
            if let place = members.place(name) {
                pieces.append((place, value))
            } else {
                if !members.places.isEmpty || !added.isEmpty { added.append(UInt8(ascii: ",")) }
                added.append(UInt8(ascii: "\""))
                name.withUTF8Buffer { unsafe added.append(contentsOf: $0) }
                added += [UInt8(ascii: "\""), UInt8(ascii: ":")] + value
            }
        }
        pieces.append((members.end..<members.end, added))
        pieces.sort { $0.place.lowerBound < $1.place.lowerBound }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + pieces.reduce(0) { $0 + $1.value.count })
        var place = 0
        for piece in pieces {
            result += bytes[place..<piece.place.lowerBound]
            result += piece.value
            place = piece.place.upperBound
        }
        result += bytes[place...]
        return result
    }
}
