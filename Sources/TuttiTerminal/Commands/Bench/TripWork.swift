import Glibc
import Tutti
import TuttiCore
import TuttiEngine

/// Runs with all in them that a crash could tear: something to undo, a signal from another process, a child, a budget
/// and a mail that must not go out twice.
///
/// Even ones arrive; odd ones fail at the end, and what they have booked is given back in reverse order.
struct TripWork: Workflow {
    static let name = "bench.trip"
    /// What a person, or another process, has to send before a trip goes on.
    static let signal = "go"
    static let tokens: Int64 = 10

    /// The numbers of the steps in the log.
    enum Step: Int {
        case flight, hotel, fare, mail
        /// An undo has the number of its step and this.
        static let undone = 100
    }

    let hands: TripHands

    var undos: [Undo] { [hands.giveBack] }

    /// What they spend when nothing is cut off; a kill books what was in flight as well, and then somebody raises it.
    static let budget = Budget(tokens: 2 * tokens)

    func run(_ number: Int, _ ctx: Context) async throws -> Int {
        try await hands.book(.flight, number, ctx)
        try await ctx.signal(Self.signal)
        _ = try await ctx.child(TripHotel(hands: hands), number, "hotel")
        try await hands.pay(.fare, number, ctx)
        do {
            try await ctx.step("mail-\(Step.mail.rawValue)", .atMostOnce) { try await hands.work(.mail, number) }
        } catch let error as StepError where error.code == "outcome_unknown" {
            // Whoever has to know would look into the mailbox.
        }
        if !number.isMultiple(of: 2) { throw NoWayBack() }
        return number
    }
}

/// The part of a trip that is a run of its own.
struct TripHotel: Workflow {
    static let name = "bench.trip.hotel"
    let hands: TripHands

    var undos: [Undo] { [hands.giveBack] }

    func run(_ number: Int, _ ctx: Context) async throws -> Int {
        try await hands.book(.hotel, number, ctx)
        return number
    }
}

/// How trips leave their trace.
struct TripHands: Sendable {
    let trace: ExecutionTrace
    let pause: Duration

    var giveBack: Undo {
        Undo("give-back", StepOptions(retry: RetryPolicy(attemptsMax: 3))) { (booking: Booking, _) in
            try await work(TripWork.Step.undone + booking.step, booking.trip)
        }
    }

    /// What an undo has to know.
    struct Booking: Codable, Sendable {
        var trip: Int
        var step: Int
    }

    func book(_ step: TripWork.Step, _ number: Int, _ ctx: Context) async throws {
        let options = StepOptions(retry: .never, undo: "give-back")
        let booking = Booking(trip: number, step: step.rawValue)
        try await ctx.step("book-\(step.rawValue)", booking, options) { booking in
            try await work(booking.step, booking.trip)
        }
    }

    func pay(_ step: TripWork.Step, _ number: Int, _ ctx: Context) async throws {
        let charge = Charge(tokens: TripWork.tokens, usdPerMillionTokens: nil)
        try await ctx.step("pay-\(step.rawValue)", StepOptions(retry: .never, charge: charge)) {
            try await work(step, number)
            StepContext.current?.spend(tokens: TripWork.tokens, usd: nil)
        }
    }

    func work(_ step: TripWork.Step, _ number: Int) async throws { try await work(step.rawValue, number) }

    private func work(_ step: Int, _ number: Int) async throws {
        try trace.append("\(number) \(step) \(getpid())\n")
        if pause > .zero { try await Task.sleep(for: pause) }
    }
}

/// What every second trip ends with.
struct NoWayBack: CodedError {
    static let code = "no_way_back"
    var code: String { Self.code }
    var message: String { "there is no way back from here" }
    var isRetryable: Bool { false }
}
