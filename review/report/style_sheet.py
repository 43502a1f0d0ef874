"""The style sheet of a report as a page: light, dark and paper; emotions in Okabe and Ito's colours (2008), each also named in words."""

CSS = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --muted: #57606a; --rule: #d5d9de; --faint: #f4f5f7; --shade: #e6e8eb;
  --accent: #0b5c8f; --anger: #D55E00; --disgust: #009E73; --fear: #CC79A7; --happiness: #E69F00; --sadness: #0072B2; --surprise: #56B4E9;
  --neutral: #6b7280; --index: #0072B2; --face: #0072B2; --voice: #E69F00; --text: #009E73; --descriptor: #4b5563; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e8eaed; --muted: #a2abb5; --rule: #363c44; --faint: #1e2227;
  --shade: #2b3138; --accent: #7cc4f0; --sadness: #3d9ddb; --index: #56B4E9; --face: #3d9ddb; --neutral: #aab2bc;
  --descriptor: #c3cad2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 "Inter", "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 860px; margin: 0 auto; padding: 40px 32px 56px; }
header { border-bottom: 2px solid var(--ink); padding-bottom: 18px; }
.eyebrow { margin: 0 0 4px; color: var(--muted); font-size: 12px; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: 0 0 14px; font-size: 27px; line-height: 1.2; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 38px 0 10px; font-size: 18px; font-weight: 650; }
h3 { margin: 22px 0 6px; font-size: 15px; font-weight: 650; }
.small { color: var(--muted); font-size: 12.5px; max-width: 96ch; }
p { margin: 0 0 10px; max-width: 72ch; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 10px 24px; margin: 0; }
dl.facts dt { color: var(--muted); font-size: 12px; } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.notice { margin: 18px 0 0; padding: 12px 16px; border-left: 4px solid var(--accent); background: var(--faint); }
.notice p:last-child { margin: 0; }
.notice.safety { border-left-color: #b42318; border-left-width: 8px; }
dl.filed { margin-top: 18px; padding-top: 14px; border-top: 1px solid var(--rule); }
.signature { display: none; }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 14px; margin: 0; padding: 0; max-width: none; list-style: none; }
.cards li { margin: 0; border: 1px solid var(--rule); border-radius: 6px; padding: 12px 14px; }
.cards .what { color: var(--muted); font-size: 12px; } .cards .number { display: block; font-size: 21px; font-weight: 650;
  line-height: 1.25;
  margin: 2px 0; text-align: left; } .cards .number.none { font-size: 16px; color: var(--muted); }
  .cards .rest { font-size: 12.5px; color: var(--muted); }
figure { margin: 8px 0 14px; } figcaption { color: var(--muted); font-size: 12.5px; max-width: 90ch; }
.maps { display: flex; flex-wrap: wrap; gap: 14px; margin: 0 0 8px; padding: 0; max-width: none; list-style: none; }
.maps li { margin: 0; width: 112px; font-size: 12px; } .maps svg { display: block; width: 112px; height: 112px; background: #2b3138; }
  .maps .outline { fill: none; stroke: #c3cad2; stroke-width: 1; }
table { width: 100%; border-collapse: collapse; margin: 12px 0 18px; font-size: 13.5px; }
caption { text-align: left; color: var(--muted); font-size: 12.5px; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); overflow-wrap: break-word; }
bdi { overflow-wrap: anywhere; }
tbody th { font-weight: 500; } thead th { color: var(--muted); font-weight: 600; font-size: 12px; border-bottom: 1px solid var(--ink); }
.number { text-align: right; white-space: nowrap; } th.number:last-child, td.number:last-child { padding-right: 0; }
.muted, .none { color: var(--muted); } td.number .none { white-space: normal; }
code { font: 12px/1.4 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
ul { padding-left: 20px; margin: 0 0 12px; max-width: 76ch; } li { margin-bottom: 4px; }
footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--rule); color: var(--muted); font-size: 12px; }
.legend { display: inline-block; width: 22px; height: 10px; vertical-align: baseline; border: 1px solid var(--rule);
  margin: 0 4px 0 10px; }
.legend.absent { background: var(--shade); }
.legend.gap { background: repeating-linear-gradient(135deg, var(--muted) 0 1px, transparent 1px 4px); }
svg.chart { display: block; width: 100%; height: auto; } svg.defs { position: absolute; width: 0; height: 0; }
svg text { fill: var(--ink); font-size: 11px; } svg .unit, svg .tick, svg .why, svg .flag { font-size: 9.5px; fill: var(--muted); }
svg .end { text-anchor: end; } svg .mid, svg .flag, svg .why { text-anchor: middle; } svg .flag { fill: var(--ink); font-weight: 650; }
svg .grid, svg .scale { stroke: var(--rule); stroke-width: .6; fill: none; } svg .absent { fill: var(--shade); }
  svg .gap { fill: url(#hatch); }
#hatch path { stroke: var(--muted); stroke-width: .8; } svg .event { fill: none; stroke: var(--ink); stroke-width: .8;
  stroke-dasharray: 1.5 2.5; }
svg .line { fill: none; stroke: var(--c); stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round; }
svg .extremes { fill: none; stroke: var(--c); stroke-width: .7; opacity: .32; stroke-linejoin: round; stroke-linecap: round; }
svg .under { fill: var(--c); opacity: .16; } svg .band { fill: var(--c); opacity: .2; }
svg .stretch { fill: none; stroke: var(--c); stroke-width: 3.2; stroke-linecap: round; }
svg .dense { stroke-width: 2; opacity: .75; }
svg .stem { fill: none; stroke: var(--c); stroke-width: 1.4; } svg .dot { fill: none; stroke: var(--c); stroke-width: 5.5;
  stroke-linecap: round; }
svg .usual { fill: var(--c); opacity: .12; } svg .solid { fill: var(--c); } svg .mark { fill: var(--ink); }
svg .paper { fill: var(--paper); }
svg .whisker { fill: none; stroke: var(--c); stroke-width: 1.2; opacity: .7; } svg .hollow { fill: none; stroke: var(--c);
  stroke-width: 1.2; }
svg .median { fill: none; stroke: var(--muted); stroke-width: .9; stroke-dasharray: 4 2; }
svg .limit { fill: none; stroke: var(--muted); stroke-width: .9; stroke-dasharray: 1.5 2.5; }
svg .day { fill: none; stroke: var(--muted); stroke-width: 3; stroke-linecap: round; opacity: .45; } .c-form { --c: var(--ink); }
.c-anger { --c: var(--anger); } .c-disgust { --c: var(--disgust); } .c-fear { --c: var(--fear); } .c-happiness { --c: var(--happiness); }
.c-sadness { --c: var(--sadness); } .c-surprise { --c: var(--surprise); } .c-neutral { --c: var(--neutral); }
  .c-index { --c: var(--index); }
.c-face { --c: var(--face); } .c-voice { --c: var(--voice); } .c-text { --c: var(--text); } .c-descriptor { --c: var(--descriptor); }
@media (max-width: 720px) { main { padding: 24px 16px; } .cards { grid-template-columns: repeat(2, 1fr); } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #1b1f24; --muted: #4b535c; --rule: #d5d9de; --faint: #f4f5f7;
  --shade: #e6e8eb;
  --accent: #0b5c8f; --sadness: #0072B2; --index: #0072B2; --face: #0072B2; --neutral: #6b7280; --descriptor: #4b5563; }
  body { font-size: 9.5pt; line-height: 1.4; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 18pt; } h2, h3 { break-after: avoid; } h2 { margin: 16px 0 6px; font-size: 12pt; }
  .notice { margin-top: 12px; padding: 8px 12px; }
  .cards { gap: 8px; } .cards li { padding: 8px 10px; } .cards .number { font-size: 14pt; } .cards .rest, .cards .what { font-size: 8pt; }
  figure, table, .cards, .maps li, .notice, tr { break-inside: avoid; } figure { margin: 4px 0 8px; }
  .small, caption, figcaption { font-size: 8pt; }
  table { font-size: 8.5pt; margin: 6px 0 10px; } th, td { padding: 2.5px 8px 2.5px 0; }
  dl.facts { grid-template-columns: repeat(4, 1fr); }
  .signature + section { break-before: page; } p:has(.legend) { break-after: avoid; }
  .signature { display: flex; gap: 24px; margin-top: 48px; max-width: none; } .signature span { flex: 1; color: var(--muted);
    border-top: 1px solid var(--ink); padding-top: 4px; font-size: 8pt; } }
"""
