"""What can be chosen for a roundtable, invented."""

PEOPLE = [
    {
        "name": n,
        "role": r,
        "expertise": r,
        "perspective": "those who use it",
        "instructions": f"Read it as {r}.",
        "focus": ["risks"],
        "leaves": ["style"],
    }
    for n, r in (("maya", "product manager"), ("otto", "site reliability engineer"), ("ines", "privacy lawyer"))
]

LISTS = {
    "presets": {
        "presets": [
            {
                "name": "prd",
                "description": "Product, engineering, risk and support",
                "kind": "prd",
                "participants": PEOPLE,
            },
            {
                "name": "code-review",
                "description": "Correctness, security, operations, maintainability",
                "kind": "code",
                "participants": PEOPLE[1:],
            },
        ]
    },
    "critics": {
        "critics": [
            {"id": i, "title": i.capitalize(), "description": d}
            for i, d in (
                ("product", "For whom it is, and how one sees that it works"),
                ("engineering", "Failures, limits, numbers that can be tested"),
                ("ai-risk", "Personal data, models, oversight"),
            )
        ]
    },
    "models": {
        "models": [
            {"name": "anthropic/claude-sonnet", "provider": "anthropic", "available": True, "note": ""},
            {"name": "ollama/qwen3", "provider": "ollama", "available": True, "note": "local"},
            {"name": "openai/gpt-5", "provider": "openai", "available": False, "note": "OPENAI_API_KEY is not set"},
        ],
        "default": None,
        "offline": True,
    },
    "kinds": {
        "kinds": [
            {"name": "prd", "title": "Product requirements"},
            {"name": "rfc", "title": "Request for comments"},
        ]
    },
    "workflows": {"workflows": []},
    "rules": {"rules": []},
    "topics": {"topics": [{"name": "run.*"}, {"name": "step.failed"}]},
}
