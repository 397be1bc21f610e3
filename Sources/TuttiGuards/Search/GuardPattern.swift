import CPCRE2

/// A pattern in the language of Perl, compiled once (PCRE2). What it may take is limited, so that no text makes it run
/// for ever.
///
/// It never changes, and PCRE2 lets any number of threads match by one compiled pattern ("pcre2api", multithreading).
@safe
package final class GuardPattern: @unchecked Sendable, Hashable {
    /// As the file has it.
    package let text: String
    private let code: OpaquePointer

    /// - Throws: ``GuardPatternError``, also of what would find nothing at all, or looks back too far.
    package init(_ text: String) throws(GuardPatternError) {
        self.text = text
        unsafe code = try Self.compile(text)
        let (findsNothing, lookBehind): (UInt32, UInt32)
        unsafe (findsNothing, lookBehind) = (
            Self.fact(PCRE2_INFO_MATCHEMPTY, of: code), Self.fact(PCRE2_INFO_MAXLOOKBEHIND, of: code)
        )
        guard findsNothing == 0 else {
            throw GuardPatternError("fits an empty text, so it is everywhere; let it ask for at least one letter")
        }
        guard lookBehind <= GuardLimits.lookBehindMax else {
            throw GuardPatternError("looks back more than \(GuardLimits.lookBehindMax) letters; shorten that part")
        }
        // Where the machine has no compiler for patterns, they are interpreted.
        _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE) | UInt32(PCRE2_JIT_PARTIAL_HARD))
    }

    deinit { unsafe pcre2_code_free_8(code) }

    private static func compile(_ text: String) throws(GuardPatternError) -> OpaquePointer {
        let options = UInt32(PCRE2_UTF) | PCRE2_UCP | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C
        var (status, place): (Int32, Int) = (0, 0)
        var bytes = Array(text.utf8)
        let code = unsafe pcre2_compile_8(&bytes, bytes.count, options, &status, &place, nil)
        guard let code = unsafe code else {
            throw GuardPatternError("is no pattern: \(message(status)) (at byte \(place + 1) of it); correct it")
        }
        return unsafe code
    }

    private static func message(_ status: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe pcre2_get_error_message_8(status, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "error \(status)"
    }

    private static func fact(_ what: Int32, of code: OpaquePointer) -> UInt32 {
        var value: UInt32 = 0
        return unsafe pcre2_pattern_info_8(code, UInt32(what), &value) == 0 ? value : .max
    }

    package static func == (one: GuardPattern, other: GuardPattern) -> Bool { one.text == other.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    // MARK: Matching

    /// The first place from `start` on where it fits.
    ///
    /// The text is UTF-8, and `start` between two of its letters.
    func next(in text: TextReader, from start: Int, _ watch: SearchWatch) -> Finding {
        let match = unsafe pcre2_match_data_create_8(1, nil)
        let limits = unsafe pcre2_match_context_create_8(nil)
        defer {
            unsafe pcre2_match_data_free_8(match)
            unsafe pcre2_match_context_free_8(limits)
        }
        guard let match = unsafe match, let limits = unsafe limits else { return .gaveUp }
        unsafe pcre2_set_match_limit_8(limits, SearchLimits.stepsMax)
        unsafe pcre2_set_depth_limit_8(limits, SearchLimits.depthMax)
        unsafe pcre2_set_heap_limit_8(limits, SearchLimits.memoryMax)
        var place = start
        // The limits count anew from each place, so the clock is looked at now and then.
        while place < text.count {
            guard !watch.isOver else { return .gaveUp }
            let last = min(place + SearchLimits.placesAtOnce, text.count)
            unsafe pcre2_set_offset_limit_8(limits, last)
            let finding = unsafe attempt(text, place, match, limits)
            guard finding == .nothing else { return finding }
            place = last + 1
            while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
        }
        return .nothing
    }

    private func attempt(
        _ text: TextReader, _ place: Int, _ match: OpaquePointer, _ limits: OpaquePointer
    ) -> Finding {
        var options = UInt32(PCRE2_NOTEMPTY) | PCRE2_NO_UTF_CHECK
        if !text.isWhole { options |= PCRE2_PARTIAL_HARD }
        if !text.hasBeginning { options |= PCRE2_NOTBOL }
        let status = unsafe text.withBytes { bytes in
            unsafe pcre2_match_8(code, bytes.baseAddress, bytes.count, place, options, match, limits)
        }
        switch status {
        case PCRE2_ERROR_NOMATCH: return .nothing
        case PCRE2_ERROR_PARTIAL:
            let begun = unsafe pcre2_get_ovector_pointer_8(match)[0]
            return .open(min(begun, unsafe pcre2_get_startchar_8(match)))
        case 0...:
            let ends = unsafe (pcre2_get_ovector_pointer_8(match)[0], pcre2_get_ovector_pointer_8(match)[1])
            // `\K` in a look ahead can put the beginning behind the end.
            return ends.0 < ends.1 ? .found(ends.0..<ends.1) : .gaveUp
        default: return .gaveUp
        }
    }
}

/// Why a text is no pattern: a sentence that begins with what it does.
package struct GuardPatternError: Error, Sendable, Hashable {
    package let message: String

    init(_ message: String) { self.message = message }
}
