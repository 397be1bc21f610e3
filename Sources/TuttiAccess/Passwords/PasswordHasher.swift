import Synchronization
package import TuttiCore

/// Whether a password is right.
package enum PasswordVerdict: Sendable, Hashable {
    case wrong
    /// It is; `upgraded` is what to store from now on, when the stored hash is older than what we make.
    case right(upgraded: PasswordHash?)
}

/// Hashes passwords by Argon2id, and checks them against what is stored, on threads of its own.
///
/// A check of nobody does the work of a check of somebody, so that its time does not tell who has an account. Only who
/// brought a hash from elsewhere is told apart, until the first login here replaces it.
package final class PasswordHasher: Sendable {
    /// What new hashes cost.
    package let parameters: PasswordParameters

    private let threads: HashingThreads
    private let random: LockedGenerator
    /// What the password of nobody is compared with.
    private let decoy: PasswordHash
    private let done = Atomic(0)

    /// Threads: half of two cores, so that the other half is there for everything else. Each takes 19 MiB at work.
    package static let threadsUsual = 1
    /// How many wait: about ten seconds with one thread, after which people come again anyway.
    package static let waitingMaxUsual = 200

    /// - Parameters:
    ///   - threads: at least 1; all of them together need their number times the memory of `parameters`.
    ///   - waitingMax: how many may wait beside those whose password is being hashed.
    ///   - random: for salts.
    package convenience init(
        parameters: PasswordParameters = .usual, threads: Int = threadsUsual, waitingMax: Int = waitingMaxUsual,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.init(
            parameters: parameters, threads: HashingThreads(threads: threads, waitingMax: waitingMax), random: random)
    }

    init(parameters: PasswordParameters, threads: HashingThreads, random: any RandomNumberGenerator & Sendable) {
        self.parameters = parameters
        self.threads = threads
        self.random = LockedGenerator(random)
        decoy = PasswordHash(
            Argon2Hash(
                parameters: parameters, salt: [UInt8](repeating: 0, count: Argon2Hash.saltBytes),
                hash: [UInt8](repeating: 0, count: Argon2Hash.hashBytes)))
    }

    /// How many hashes were computed so far.
    package var hashesDone: Int { done.load(ordering: .relaxed) }

    /// How many wait for a thread.
    package var waiting: Int { threads.waiting }

    /// The hash to store of a new password.
    ///
    /// - Throws: `tooShort`, `tooLong`, `busy` with the time to come back in, `cancelled`, `failed`.
    package func hash(_ password: SecretText) async throws(PasswordError) -> PasswordHash {
        try PasswordRule.check(password)
        let bytes = WipedBytes(password.revealed.utf8)
        guard let hash = try await threads.run({ [self] in compute(bytes) }) else { throw PasswordError(.failed) }
        return hash
    }

    /// Whether a password is the one of a stored hash.
    ///
    /// - Parameter stored: `nil` for somebody who is not known: takes as long, and is wrong.
    /// - Throws: `tooLong`, `busy` with the time to come back in, `cancelled`, `failed`.
    package func check(
        _ password: SecretText, against stored: PasswordHash?
    ) async throws(PasswordError) -> PasswordVerdict {
        try PasswordRule.checkSize(password)
        let bytes = WipedBytes(password.revealed.utf8)
        guard let verdict = try await threads.run({ [self] in compare(bytes, with: stored) }) else {
            throw PasswordError(.failed)
        }
        return verdict
    }

    // MARK: On the threads

    private func compute(_ password: WipedBytes) -> PasswordHash? {
        done.add(1, ordering: .relaxed)
        let salt = random.draw { generator in
            (0..<Argon2Hash.saltBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        return Argon2Hash(of: password, salt: salt, parameters: parameters).map(PasswordHash.init)
    }

    private func compare(_ password: WipedBytes, with stored: PasswordHash?) -> PasswordVerdict? {
        done.add(1, ordering: .relaxed)
        guard let isRight = (stored ?? decoy).matches(password) else { return nil }
        guard isRight, let stored else { return .wrong }
        guard stored.isOlder(than: parameters) else { return .right(upgraded: nil) }
        // Without memory for a new hash the old one stays.
        return .right(upgraded: compute(password))
    }
}
