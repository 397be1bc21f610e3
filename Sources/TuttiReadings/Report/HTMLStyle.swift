/// The look of the report: "score paper", in light and dark, on a phone and on real paper.
///
/// Quiet success, loud attention: only what somebody has to look at is filled with colour. Every state is a glyph, a
/// word and a colour.
enum HTMLStyle {
    static func name(of state: StateGlyph) -> String {
        switch state {
        case .done: "good"
        case .yourTurn: "cue"
        case .failed, .blocked: "bad"
        case .queued, .running, .waiting, .cancelled: "quiet"
        }
    }

    static func name(of kind: DiffText.Kind) -> String {
        switch kind {
        case .name: "name"
        case .hunk: "hunk"
        case .context: "same"
        case .insertion: "ins"
        case .deletion: "del"
        }
    }

    static let text = colours + "\n" + page + "\n" + parts + "\n" + texts + "\n" + surroundings

    private static let colours = """
        :root { color-scheme: light dark;
          --paper: #f6f4ef; --surface: #fffefb; --sunk: #efece4; --line: #e0dbd0; --ink: #1c2226; --soft: #4b5459;
          --muted: #5c6365; --act: #0f5c63; --cue: #8a5a00; --cue-fill: #fdf1d6; --ok: #2f6b4a; --bad: #b02f26;
          --ins: #e4efe4; --del: #f8e5e2; --shade-high: #d08a83; --shade-medium: #8d9498; --shade-low: #c9c8c2; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #13171a; --surface: #1a1f23; --sunk: #101315; --line: #2a3136; --ink: #e7e5de; --soft: #b9bfc0;
          --muted: #8f989b; --act: #74c3c4; --cue: #e9b44c; --cue-fill: #2e2614; --ok: #7cb896; --bad: #f0857a;
          --ins: #172a20; --del: #351e1c; --shade-high: #9b5650; --shade-medium: #6d767a; --shade-low: #3f484d; } }
        """

    private static let page = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        main { max-width: 860px; margin: 0 auto; padding: 24px 16px 48px; }
        h1 { font-size: 26px; line-height: 1.25; font-weight: 600; margin: 0 0 12px; }
        h2 { font-size: 16px; font-weight: 600; margin: 0; display: inline; }
        section, details { margin-top: 32px; }
        section > h2 { display: block; margin-bottom: 12px; }
        summary { cursor: pointer; margin-bottom: 12px; }
        a { color: var(--act); }
        code, .diff, .document .code { white-space: pre-wrap;
          font-family: "JetBrains Mono", ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
        .muted, .maker { color: var(--muted); }
        .maker { margin: 0 0 4px; font-size: 13px; }
        """

    private static let parts = """
        .outcome { display: inline-block; margin: 0; padding: 2px 12px; border: 1px solid currentColor;
          border-radius: 7px; font-weight: 600; }
        .outcome.good { color: var(--ok); }
        .outcome.quiet { color: var(--muted); }
        .outcome.cue { color: var(--cue); background: var(--cue-fill); }
        .outcome.bad { color: var(--surface); background: var(--bad); border-color: var(--bad); }
        .summary { font-size: 17px; margin: 16px 0; }
        .tiles { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin: 0; padding: 0; }
        .tiles li { flex: 1 1 96px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 10px;
          background: var(--surface); color: var(--soft); }
        .tiles b { display: block; font-size: 22px; line-height: 1.2; font-weight: 600; }
        .tiles .none { color: var(--muted); }
        .tiles .critical, .tiles .high { color: var(--bad); border-color: var(--bad); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; background: var(--surface); }
        th, td { text-align: left; vertical-align: top; font-weight: 400; padding: 8px; border: 1px solid var(--line);
          border-width: 1px 0; overflow-wrap: normal; }
        thead th { color: var(--muted); font-size: 13px; }
        td.number, th.number { text-align: right; }
        .bar { min-width: 150px; white-space: nowrap; }
        .bar i { display: inline-block; height: 10px; max-width: calc(100% - 48px); }
        .bar span { margin-left: 6px; color: var(--soft); }
        .bar .critical { background: var(--bad); } .bar .high { background: var(--shade-high); }
        .bar .medium { background: var(--shade-medium); } .bar .low { background: var(--shade-low); }
        .findings { list-style: none; margin: 0; padding: 0; }
        .findings li { background: var(--surface); border: 1px solid var(--line); border-left: 3px solid var(--line);
          border-radius: 7px; padding: 12px; margin-bottom: 8px; break-inside: avoid; }
        .findings .critical, .findings .high { border-left-color: var(--bad); }
        .findings p { margin: 0 0 4px; }
        .where { font-size: 13px; color: var(--soft); }
        .where > * { margin-right: 8px; }
        .severity { font-weight: 600; padding: 0 6px; border: 1px solid currentColor; border-radius: 4px; }
        .high .severity { color: var(--bad); }
        .critical .severity { color: var(--surface); background: var(--bad); border-color: var(--bad); }
        .low .severity { color: var(--muted); font-weight: 400; }
        .findings blockquote { margin: 4px 0; padding-left: 12px; border-left: 1px solid var(--muted);
          font: 15px/1.6 Charter, Georgia, "DejaVu Serif", serif; color: var(--soft); }
        .suggestion { color: var(--soft); }
        .suggestion::before { content: "→ "; color: var(--act); }
        .empty { color: var(--ok); margin: 0; }
        """

    private static let texts = """
        .diff { margin: 0; padding: 12px 0; background: var(--surface); border: 1px solid var(--line);
          border-radius: 7px; font-size: 12.5px; line-height: 20px; white-space: normal; }
        .diff span { display: block; min-height: 20px; padding: 0 12px 0 calc(12px + 2ch); text-indent: -2ch;
          white-space: pre-wrap; }
        .diff .ins { background: var(--ins); } .diff .del { background: var(--del); }
        .diff .hunk, .diff .name { color: var(--muted); }
        .document { margin: 0; padding: 16px 16px 16px 56px; background: var(--surface); border: 1px solid var(--line);
          border-radius: 7px; font: 15px/1.75 Charter, Georgia, "DejaVu Serif", serif; }
        .document li { min-height: 26px; white-space: pre-wrap; }
        .document .heading { font-weight: 600; } .document .code { font-size: 12.5px; }
        .document li::marker { font: 11px/26px Inter, system-ui, sans-serif; color: var(--muted); }
        .document li:target { background: var(--sunk); outline: 1px solid var(--act); }
        footer { margin-top: 32px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 13px; }
        dl { display: grid; grid-template-columns: minmax(80px, auto) 5fr; gap: 4px 16px; margin: 0;
          color: var(--soft); }
        dt { color: var(--muted); } dd { margin: 0; }
        """

    private static let surroundings = """
        @media (max-width: 600px) { h1 { font-size: 22px; } .document { padding-left: 44px; }
          .tiles li { flex-basis: 40%; }
          main { padding: 16px 12px 32px; } }
        @media print { body { background: none; font-size: 11pt; } main { max-width: none; padding: 0; }
          a { color: inherit; text-decoration: none; } summary { list-style: none; } .diff, .document { border: 0; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """
}
