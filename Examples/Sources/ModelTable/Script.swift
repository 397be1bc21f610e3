import Tutti
import TuttiTesting

/// A model that speaks for everybody at the table by a script, in the order in which it is asked: a finding, the edit
/// that mends it, and that it is fixed.
let actor = Model(
    "script/actor",
    provider: TestProvider.listing([
        .success(
            .saying(
                """
                {"findings": [{"category": "missing-limit", "title": "No size limit", "severity": "high", \
                "description": "One user fills the disk.", "quote": "Users can upload attachments.", "first_line": 3}]}
                """)),
        .success(
            .saying(
                """
                {"edits": [{"action": "replace", "first_line": 3, "last_line": 3, "anchor": "Users can upload", \
                "text": "Users can upload attachments of up to 25 MB.", "findings": ["F1"], "reason": "Says it."}]}
                """)),
        .success(
            .saying(
                """
                {"findings": [], "open_findings": [{"id": "F1", "verdict": "fixed", "reason": "Line 3 says it."}]}
                """)),
    ]))
