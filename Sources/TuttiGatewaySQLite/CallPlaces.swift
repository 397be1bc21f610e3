/// Numbers the combinations of a time, a party's group and a route's group that occur, in the order in which they come
/// up first.
///
/// A question over months goes through hundreds of thousands of rows, and most of what one cost was to hash its place.
/// As long as the pairs of groups are not too many, each has a slot, which holds the number that it had last: one from
/// before the present time is none of this time.
struct CallPlaces {
    struct Place: Hashable {
        var time: Int64
        var party: Int32
        var route: Int32
    }

    /// All that have come up.
    private(set) var all: [Place] = []
    /// The first number of the present time.
    private var first = 0
    private var time: Int64 = .min
    private let routes: Int
    private var slots: [Int32]
    private var numbers: [Place: Int] = [:]

    /// Pairs that have slots; 4 MiB of them.
    private static let slotsMax = 1 << 20

    /// - Parameters:
    ///   - parties: how many groups of parties there are.
    ///   - routes: how many groups of routes.
    init(parties: Int, routes: Int) {
        self.routes = routes
        let (count, isTooLarge) = parties.multipliedReportingOverflow(by: routes)
        slots = isTooLarge || count > Self.slotsMax ? [] : [Int32](repeating: -1, count: count)
    }

    /// The number of a combination.
    ///
    /// - Precondition: times never go back.
    mutating func number(of place: Place) -> Int {
        if place.time != time {
            precondition(place.time > time, "rows are read in the order of their times")
            (time, first) = (place.time, all.count)
        }
        guard !slots.isEmpty else {
            let known = numbers[place] ?? all.count
            if known == all.count {
                numbers[place] = known
                all.append(place)
            }
            return known
        }
        let slot = Int(place.party) * routes + Int(place.route)
        let known = Int(slots[slot])
        if known >= first { return known }
        slots[slot] = Int32(all.count)
        all.append(place)
        return all.count - 1
    }
}
