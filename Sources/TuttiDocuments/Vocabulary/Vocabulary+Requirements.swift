extension Vocabulary {
    static let requirementLists: [(Topic, String)] = [
        (
            .obligation,
            """
            must, shall, should, need(|s) to, ha(s|ve) to, (is|are) required to, will, (is|are) expected to
            ought to
            """
        ),
        (.strongObligation, "must, shall, ha(s|ve) to, (is|are) required to, need(|s) to"),
        (
            .vagueAlways,
            """
            intelligently, easiest, user-friendly, intuitive(|ly), easy to use, easy-to-use, simple to use
            easy to understand, seamless(|ly), state of the art, state-of-the-art, best-in-class, world-class
            cutting edge, cutting-edge, next-generation, as needed, as necessary, if needed, if necessary
            when needed, when necessary, where necessary, as appropriate, if appropriate, where appropriate
            when appropriate, as required, if possible, where possible, when possible, whenever possible
            as far as possible, as much as possible, as soon as possible, asap, in a timely manner, timely
            in due course, when time permits, gracefully, hassle-free, frictionless, delightful, pleasant
            snappy, smoothly, performant, industry standard(|s), best practice(|s), future-proof
            enterprise-grade, production-grade, high quality, high-quality, sufficiently, adequate(|ly)
            acceptable, reasonabl(e|y), appropriate(|ly), satisfactory, sensible, good performance
            good user experience, great user experience, great experience, minimal effort, minimal downtime
            friendly, on-brand, proactive(|ly), at all times, in all cases, under any load, any number of
            be ensured, is ensured, should scale, must scale, needs to scale, has to scale, at the same time at
            all (users|players|customers|clients|requests|devices) at the same time, a lot of load, low-end
            within a reasonable time, most of the time
            minimal delay, flawless(|ly), painless(|ly), effortless(|ly)
            """
        ),
        (
            .vaguePerformance,
            """
            fast, quick, quickly, rapid(|ly), responsive, efficient(|ly), scalable, scale well, scales well
            low latency, low-latency, highly available, high availability, highly scalable, high performance
            high-performance, real-time, in real time, near real-time, robust, reliable, reliably, secure
            securely, lightweight, minimal latency, without delay, with no delay, instantly, high throughput
            high load, heavy load
            """
        ),
        (
            .vagueQuality,
            """
            easy, easily, simple, flexible, modern, attractive, clean, clear, nice, convenient(|ly), comfortable
            helpful, powerful, relevant, stable, maintainable, extensible, compact, straightforward, small
            large, beautiful, polished
            """
        ),
        (
            .openEnd,
            """
            etc, and so on, and so forth, and more, and the like, among others, and others, such things
            and/or similar
            """
        ),
        (
            .limitWord,
            """
            limit(|s|ed), maximum, max, at most, up to, no more than, not more than, quota(|s), cap(|s|ped)
            bounded, fewer than, less than, no longer than, no larger than, ceiling, upper bound
            rate-limit(|s|ed|ing), throttl(e|es|ed|ing), backpressure, page size, pagina(te|ted|tion), capacity
            batch size, never more than
            """
        ),
        (
            .improvement,
            """
            increas(e|es|ed|ing), improv(e|es|ed|ing|ement|ements), reduc(e|es|ed|ing|tion)
            decreas(e|es|ed|ing), grow(|s|th|ing), boost(|s|ing), lower(|s|ed|ing), rais(e|es|ed|ing), higher
            more, fewer, less, better, be happy, healthier, stronger, faster, easier, drive, drives
            maximi(z|s)(e|es|ing), minimi(z|s)(e|es|ing), enhance(|s|d|ment)
            strengthen, deliver, positive, happy, happier, satisfied, satisfaction, engagement, adoption
            retention, conversion, loyalty
            """
        ),
        (
            .subjective,
            """
            work(|s) well, work(|s|ing) (correctly|properly|fine|as expected|as intended), as expected
            as intended, correctly, fast enough, quickly enough, no complaints, no angry (customers|users|people)
            look(|s) (good|nice|great|right|modern|fine|professional)
            feel(|s) (good|right|fast|natural|snappy), properly, is fine, are fine, are happy, is happy
            satisfied, like(|s) it, no bugs, bug-free, no issues, no problems
            behave(|s) (correctly|properly|well), good quality, (is|are) good, good enough
            (is|are) (easy|fast|quick|simple|intuitive|clear|nice|reliable|stable|secure|responsive|scalable|usable)
            performance is (good|acceptable|ok|fine), without problems, without issues, smooth(|ly), well tested
            (is|are) (acceptable|adequate|sufficient|reasonable), handle(|s) errors gracefully, gracefully
            """
        ),
        (
            .contrast,
            """
            currently, today, previously, previous, before, formerly, instead, old, new, default, per, free
            premium, basic, pro, enterprise, staging, production, option, alternatively, was, used to, earlier
            originally, later, initially, increase(|d), decrease(|d), rais(e|ed), lower(|ed), versus, vs, unless
            except, override, phase, beta, plan, tier, warning, critical, soft, hard, target, actual, if, when
            """
        ),
        (
            .problem,
            """
            problem(|s), pain, today, currently, complain(|s|ed|ts), frustrat(ed|ing|ion), struggle(|s), cannot
            lose, because, waste(|s|d), missing, lack(|s), need(|s) a, too (slow|long|expensive|hard), manually
            by hand, at the moment, slow, error-prone, nobody knows
            """
        ),
        (
            .scopeLimit,
            """
            out of scope, not in scope, not part of, non-goal(|s), will not cover, does not cover, not planned
            explicitly not, outside the scope, outside of scope, not included, left out
            in a later (release|version)
            """
        ),
        (
            .persona,
            """
            as a, as an, persona(|s), our users are, target(|ed|s) users, target audience, customers who
            users who, people who
            """
        ),
        (
            .decision,
            """
            we chose, we choose, chosen, instead of, rather than, alternative(|s), trade-off(|s), tradeoff(|s)
            we decided, decision, because, considered, rejected
            """
        ),
    ]
}
