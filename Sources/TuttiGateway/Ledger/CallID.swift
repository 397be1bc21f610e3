package import TuttiCore

/// The name of a call to a model. Its first bits are the moment at which the call came in, to the millisecond.
package struct CallID: Identifier {
    /// `cal`
    package static let prefix = "cal"
    /// The whole text, prefix included.
    package let text: String
    /// Takes a text that is known to be well formed.
    package init(trusted text: String) { self.text = text }

    /// The name of those bits.
    package init(bits: UUIDBits) {
        var (high, low) = (bits.high, bits.low)
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var letters = [UInt8](repeating: 0, count: 26)
        for place in letters.indices.reversed() {
            letters[place] = alphabet[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        text = Self.prefix + "_" + String(decoding: letters, as: UTF8.self)
    }

    /// The first name that a call of this moment could have; all of earlier ones are before it.
    package init(firstAt time: Timestamp) {
        let milliseconds = UInt64(min(max(0, time.milliseconds), Self.millisecondsMax))
        self.init(bits: UUIDBits(high: milliseconds << 16, low: 0))
    }

    /// The last moment that 48 bits hold.
    private static let millisecondsMax: Int64 = 1 << 48 - 1

    /// When the call came in; `nil` for a text that was trusted and is not well formed.
    package var time: Timestamp? { bits.map { Timestamp(milliseconds: Int64($0.high >> 16)) } }
}
