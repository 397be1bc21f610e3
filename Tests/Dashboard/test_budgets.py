"""What needs no browser: weight, contrast, form of the sources."""

import itertools
import os
import re
import shutil
import subprocess
import unittest

WEB = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "web"))


def sources(*endings):
    for folder, _, names in os.walk(WEB):
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.join(folder, name)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class Contrast(unittest.TestCase):
    def themes(self):
        with open(os.path.join(WEB, "css", "tokens.css")) as f:
            light, dark = f.read().split('[data-theme="dark"]')
        read = lambda text: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", text))
        yield "light", read(light)
        yield "dark", {**read(light), **read(dark)}

    def test_text(self):
        grounds = ("paper", "surface", "sunk")
        pairs = list(itertools.product(("ink", "soft", "muted", "act", "bad", "ok", "run", "cue"), grounds))
        pairs += [("ink", g) for g in ("act-bg", "cue-bg", "run-bg", "bad-bg", "ok-bg")]
        pairs += [
            ("act", "act-bg"),
            ("cue", "cue-bg"),
            ("run", "run-bg"),
            ("bad", "bad-bg"),
            ("ok", "ok-bg"),
            ("paper", "ink"),
            ("surface", "bad"),
            ("muted", "act-bg"),
            ("muted", "ok-bg"),
            ("muted", "bad-bg"),
            ("muted", "cue-bg"),
            ("muted", "run-bg"),
            ("soft", "bad-bg"),
            ("soft", "cue-bg"),
            ("ink", "line"),
            ("surface", "high"),
            ("surface", "medium"),
            ("ink", "low"),
        ]
        for name, theme in self.themes():
            for text, ground in pairs:
                with self.subTest(f"{name}: {text} on {ground}"):
                    self.assertGreaterEqual(contrast(theme[text], theme[ground]), 4.5)

    def test_edges_of_controls(self):
        for name, theme in self.themes():
            for edge, ground in itertools.product(("edge", "cue-line", "act", "bad", "run", "medium"), ("surface",)):
                with self.subTest(f"{name}: {edge} on {ground}"):
                    self.assertGreaterEqual(contrast(theme[edge], theme[ground]), 3)


class Form(unittest.TestCase):
    def test_lines_and_files(self):
        for path in sources(".js", ".css", ".html"):
            with open(path) as f:
                lines = f.read().split("\n")
            with self.subTest(os.path.relpath(path, WEB)):
                self.assertLessEqual(len(lines), 301)
                self.assertLessEqual(max(map(len, lines)), 120)

    def test_nothing_parses_html(self):
        for path in sources(".js"):
            with open(path) as f, self.subTest(os.path.relpath(path, WEB)):
                self.assertNotRegex(
                    f.read(), r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc"
                )

    def test_no_inline_styles(self):
        with open(os.path.join(WEB, "index.html")) as f:
            self.assertNotRegex(f.read(), r"style=|<style|onclick=|<script(?! type=.module. src=)")

    def test_syntax(self):
        node = shutil.which("node")
        if not node:
            self.skipTest("node is not installed")
        for path in sources(".js"):
            with open(path) as f, self.subTest(os.path.relpath(path, WEB)):
                subprocess.run([node, "--check", "--input-type=module"], stdin=f, check=True)

    def test_types(self):
        tsc = shutil.which("tsc")
        if not tsc:
            self.skipTest("tsc is not installed")
        self.assertEqual(subprocess.run([tsc, "-p", WEB], capture_output=True, text=True).stdout, "")


if __name__ == "__main__":
    unittest.main()
