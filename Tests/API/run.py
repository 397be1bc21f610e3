#!/usr/bin/env python3
"""Runs the tests that are named, or all of this folder, and counts them: `TUTTI_BINARY=… run.py [NAME…]`."""

import pathlib
import sys
import unittest


def main(names):
    here = str(pathlib.Path(__file__).parent)
    loader = unittest.TestLoader()
    if names:
        sys.path.insert(0, here)
        suite = loader.loadTestsFromNames(names)
    else:
        suite = loader.discover(here)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    wrong = result.failures + result.errors
    # A test with parts is one test, however many of its parts have failed.
    failed = len({getattr(test, "test_case", test).id() for test, _ in wrong})
    # A file that is passed over as a whole counts for none.
    passed = result.testsRun - failed - sum(isinstance(test, unittest.TestCase) for test, _ in result.skipped)
    for test, reason in result.skipped:
        print(f"{test.id()} was passed over: {reason}")
    print(f"scripts/check-api: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
