extension Vocabulary {
    static let languageLists: [(Topic, String)] = [
        (
            .english,
            """
            the, and, of, to, is, that, for, with, are, be, this, by, from, it, as, which, must, should, not, or
            when, we, if, at, has, have, can, its, their, they, our, you, your, then, than, but, there
            """
        ),
        (
            .foreign,
            """
            der, die, das, und, ist, nicht, mit, ein, eine, einen, einer, für, auf, den, dem, von, zu, wird
            werden, sind, bei, auch, oder, sie, le, la, les, des, et, est, une, dans, pour, pas, sur, avec, sont
            du, au, aux, qui, que, ce, cette, doit, il, elle, el, los, las, y, en, es, una, con, por, para, del
            al, se, no es, como, debe, su, sus, il, di, che, e, un, per, non, gli, della, sono, nel, deve, het
            een, van, voor, niet, met, zijn, wordt, naar, te, dat, moet, o, os, da, do, dos, em, uma, não, com
            são, na, ao, och, att, det, som, på, av, är, inte, til, og, ikke, av, i, w, na, z, jest, nie, się
            do, oraz, dla
            """
        ),
    ]
}
