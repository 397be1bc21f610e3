/// What a search comes to.
enum Finding: Equatable {
    case found(Range<Int>)
    /// From this place on something may begin that cannot be judged before more of the text has come.
    case open(Int)
    case nothing
    /// It took more than it may.
    case gaveUp
}

/// Finds one kind of thing by looking at bytes. It allocates nothing, and looks at no more than a fixed number of bytes
/// from each place, so that its time grows with the text alone.
protocol ByteFinder {
    /// The first one from a place on.
    static func next(in text: inout TextReader, from start: Int, _ watch: SearchWatch) -> Finding
}

/// One that can tell from each place by itself.
protocol PlaceFinder: ByteFinder {
    /// Whether one could begin by this byte: nearly all places are passed over by it.
    static func mayBegin(with byte: UInt8) -> Bool

    /// Where the thing is that begins at a place; `nil` when none does.
    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>?
}

extension PlaceFinder {
    static func next(in text: inout TextReader, from start: Int, _ watch: SearchWatch) -> Finding {
        var place = start
        var pace = SearchPace(watch, from: start)
        while place < text.count {
            guard pace.goesOn(at: place) else { return .gaveUp }
            if mayBegin(with: text[place]) {
                text.forgetEnd()
                let match = match(&text, at: place)
                if text.isOpen { return .open(place) }
                if let match { return .found(match) }
            }
            place += 1
        }
        return .nothing
    }
}

extension GuardKind {
    /// The first one from a place on.
    func next(in text: inout TextReader, from place: Int, _ watch: SearchWatch) -> Finding {
        switch self {
        case .email: EmailFinder.next(in: &text, from: place, watch)
        case .phone: PhoneFinder.next(in: &text, from: place, watch)
        case .creditCard: CreditCardFinder.next(in: &text, from: place, watch)
        case .iban: IBANFinder.next(in: &text, from: place, watch)
        case .ipAddress: IPAddressFinder.next(in: &text, from: place, watch)
        case .usSSN: SocialSecurityFinder.next(in: &text, from: place, watch)
        case .apiKey: APIKeyFinder.next(in: &text, from: place, watch)
        case .privateKey: PrivateKeyFinder.next(in: &text, from: place, watch)
        case .jwt: JWTFinder.next(in: &text, from: place, watch)
        case .awsKey: AWSKeyFinder.next(in: &text, from: place, watch)
        case .gitHubToken: GitHubTokenFinder.next(in: &text, from: place, watch)
        case .passwordURL: PasswordURLFinder.next(in: &text, from: place, watch)
        }
    }

    /// What takes its place.
    var placeholder: String { "[\(rawValue.uppercased())]" }
}
