extension AnalysisPage {
  static let style = """
    :root{color-scheme:light dark;--line:#8884;--one:#c8322b;--two:#c98a00}
    body{font:15px/1.45 system-ui,sans-serif;max-width:1080px;margin:2em auto;padding:0 1em}
    h1{font-size:1.4em;margin:1em 0 .2em} table{border-collapse:collapse}
    th,td{padding:.15em .7em;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
    .summary td+td,.summary th+th{text-align:right} figure{margin:1em 0} figcaption{opacity:.6;font-size:.85em}
    svg{width:100%;cursor:pointer} svg rect{fill:#8881} svg text{font-size:10px;fill:#888}
    .axis{stroke:#8888;stroke-dasharray:4}
    polyline{fill:none;stroke:#2a7ab8;stroke-width:2} .turn{stroke:#a3c;stroke-dasharray:2} .now{stroke:#888}
    circle.inaccuracy{fill:#d9b300} circle.mistake{fill:#e07b00} circle.blunder{fill:#d22}
    .play{display:flex;gap:2em;flex-wrap:wrap;align-items:flex-start}
    .board{font:17px/1.2 ui-monospace,monospace;white-space:pre;padding:.4em;border-radius:6px;
    background:#8881;width:max-content}
    .board i{display:inline-block;width:1ch;font-style:normal;text-align:center;position:relative}
    .board .x{color:var(--one);font-weight:700} .board .o{color:var(--two);font-weight:700}
    .board .dim{opacity:.45} .board .new{background:#48c5;border-radius:3px}
    .stones{--one:#111;--two:#fff} .stones .board{background:#dcb35c;color:#333}
    .duel .board .x,.duel .board .o{color:transparent;background:none}
    .duel .board .x::before,.duel .board .o::before,.disc{content:"";width:1.1em;height:1.1em;border-radius:50%;
    background:var(--one);box-shadow:inset 0 0 0 1px #0006}
    .duel .board .o::before,.disc.o{background:var(--two)}
    .duel .board .x::before,.duel .board .o::before{position:absolute;left:50%;top:50%;
    transform:translate(-50%,-50%)}
    .duel .board .x.new::before,.duel .board .o.new::before{box-shadow:0 0 0 .14em #48c}
    .disc{display:inline-block;width:.8em;height:.8em;vertical-align:-.05em}
    .scroll{max-height:34em;overflow:auto} .moves tr[data-ply]{cursor:pointer} .moves .here{background:#48c3}
    .moves .inaccuracy td:nth-child(5){color:#b58900} .moves .mistake td:nth-child(5){color:#e07b00}
    .moves .blunder td:nth-child(5){color:#d22;font-weight:700} .turning td:first-child{border-left:4px solid #a3c}
    button{font:inherit;padding:.2em .7em}
    """

  /// Steps through the positions; the keys left and right do so in the game last touched.
  static let script = """
    "use strict";
    const read = id => JSON.parse(document.getElementById(id).textContent);
    const boards = read("boards"), games = read("report").games;
    const sections = [...document.querySelectorAll("section")], at = games.map(() => 0);
    let touched = 0;
    function draw(game, ply) {
      const rows = boards[game][ply].split("\\n");
      const before = ply > 0 ? boards[game][ply - 1].split("\\n") : null;
      const board = sections[game].querySelector(".board");
      board.textContent = "";
      // As large as a screen has room for: cells are as high as two letters are wide.
      const width = Math.max(...rows.map(row => [...row].length));
      board.style.fontSize = `${Math.min(Math.max(400 / Math.max(width * .6, rows.length * 1.2), 13), 30)}px`;
      rows.forEach((row, y) => {
        [...row].forEach((cell, x) => {
          const span = document.createElement("i");
          const tone = {X: "x", O: "o", ".": "dim", "+": "dim", "|": "dim", "-": "dim"}[cell] ?? "";
          const isLabel = y === rows.length - 1 && !/[.]/.test(row) && !row.includes("|");
          if (!isLabel && tone) span.className = tone;
          if (before && ([...(before[y] ?? "")][x] ?? "") !== cell) span.classList.add("new");
          span.textContent = cell;
          board.append(span);
        });
        board.append("\\n");
      });
    }
    function show(game, ply) {
      const data = games[game], section = sections[game];
      ply = Math.min(Math.max(ply, 0), data.moves.length);
      at[touched = game] = ply;
      draw(game, ply);
      const move = data.moves[ply - 1];
      section.querySelector(".said").textContent =
        !move ? "start (arrow keys, or a click on a move or the curve)" :
        `${move.number}. ${move.move}` + (move.agrees ? ": the agent's choice" :
          `: lost ${move.loss.toFixed(2)} (${move.quality}); best was ${move.line.slice(0, 8).join(" ")}`);
      section.querySelectorAll(".here").forEach(row => row.classList.remove("here"));
      const row = section.querySelector(`tr[data-ply="${ply}"]`);
      if (row) {
        row.classList.add("here");
        const list = section.querySelector(".scroll");
        const place = row.getBoundingClientRect().top - list.getBoundingClientRect().top;
        list.scrollTop += place - list.clientHeight / 2;
      }
      const x = 720 * ply / Math.max(data.moves.length, 1), now = section.querySelector(".now");
      now.setAttribute("x1", x);
      now.setAttribute("x2", x);
    }
    sections.forEach((section, game) => {
      section.addEventListener("click", event => {
        const step = event.target.dataset.step, row = event.target.closest("tr[data-ply]");
        const last = games[game].moves.length;
        const curve = event.target.closest("svg");
        if (row) show(game, Number(row.dataset.ply));
        if (curve) {
          const place = new DOMPoint(event.clientX, 0).matrixTransform(curve.getScreenCTM().inverse());
          show(game, Math.round(place.x / 720 * last));
        }
        if (step) show(game, step === "first" ? 0 : step === "last" ? last :
          step === "worst" ? games[game].worst_move ?? 0 : at[game] + Number(step));
      });
      show(game, 0);
    });
    addEventListener("keydown", event => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (step) { event.preventDefault(); show(touched, at[touched] + step); }
    });
    """
}
