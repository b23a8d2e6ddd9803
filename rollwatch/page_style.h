// The page's style sheet, and nothing else.

#ifndef ROLLWATCH_PAGE_STYLE_H_
#define ROLLWATCH_PAGE_STYLE_H_

namespace rollwatch {

inline constexpr char kPageStyle[] = R"css(
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #e1e4ea; --text: #1b2330;
  --soft: #5d6878; --accent: #2457d6; --red: #c0262d; --red-ground: #fdecec;
  --amber: #8a5a00; --amber-ground: #fff4dc; --green: #1d7a46;
  --green-ground: #e6f6ec; --grey-ground: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151b; --card: #1a2029; --line: #2b3441; --text: #e6eaf0;
    --soft: #98a4b5; --accent: #8db0ff; --red: #ff8d8d; --red-ground: #3a1b1f;
    --amber: #f3c46b; --amber-ground: #352a14; --green: #7fd7a3;
    --green-ground: #14301f; --grey-ground: #232b36;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
h1 { font-size: 1.15rem; margin: 0; letter-spacing: .01em; }
header nav { margin-left: auto; }
nav a { margin-left: .9rem; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
h2 {
  font-size: .78rem; margin: 2rem 0 .5rem; color: var(--soft);
  text-transform: uppercase; letter-spacing: .07em;
}
.headline {
  margin-top: 1rem; padding: .9rem 1.1rem; border-radius: .6rem;
  font-size: 1.1rem; font-weight: 600;
}
.firing, .broken { background: var(--red-ground); color: var(--red); }
.pending, .nodata, .norules { background: var(--amber-ground); color: var(--amber); }
.quiet { background: var(--green-ground); color: var(--green); }
.card {
  background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; padding: .8rem 1rem; margin-bottom: .6rem;
}
.card.is-firing { border-left: 4px solid var(--red); }
.card.is-pending { border-left: 4px solid var(--amber); }
.card.is-broken { border-left: 4px solid var(--red); }
.card h3 { font-size: 1rem; margin: 0; display: inline; }
.card p { margin: .25rem 0 0; }
.soft { color: var(--soft); }
.tag {
  display: inline-block; padding: 0 .45rem; margin: .15rem .25rem 0 0;
  border-radius: .35rem; background: var(--grey-ground); color: var(--text);
  font: 12.5px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere;
}
.tag.bad { background: var(--red-ground); color: var(--red); }
.tag.good { background: var(--green-ground); color: var(--green); }
.tag.warn { background: var(--amber-ground); color: var(--amber); }
.weight { display: flex; gap: .8rem; align-items: center; margin-top: .4rem; }
.weight b { min-width: 3.4rem; text-align: right; }
.weight svg { flex: 1; width: 0; min-width: 0; height: .55rem; border-radius: .3rem; background: var(--grey-ground); }
.weight rect { fill: var(--accent); }
.visits { margin: .5rem 0 0; color: var(--soft); font-size: .9rem; }
.visits span { margin-right: 1.2rem; display: inline-block; }
.visits .none { color: var(--amber); font-weight: 600; }
.facts { color: var(--soft); }
.facts b { color: var(--text); font-variant-numeric: tabular-nums; }
p.tags .runbook { margin-left: .3rem; overflow-wrap: anywhere; }
p.summary { font-weight: 500; }
p.description { color: var(--soft); }
summary { cursor: pointer; }
i { font-style: normal; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .7rem .4rem 0; vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
tr + tr td { border-top: 1px solid var(--line); }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td { overflow-wrap: anywhere; }
td.id { font: 12.5px/1.9 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
/* On a phone all of it is one screen: a line an event. */
@media (max-width: 38rem) {
  body { font-size: 13px; line-height: 1.4; }
  main { padding: .5rem .6rem 1rem; }
  header > span { display: none; }
  .headline { margin-top: .35rem; padding: .4rem .7rem; font-size: .98rem; }
  .visits { margin-top: .3rem; font-size: 12px; }
  .visits span { margin-right: 0; display: block; }
  h2 { margin: .55rem 0 .2rem; font-size: .7rem; }
  .card { padding: .3rem .6rem; margin-bottom: .3rem; }
  .card h3 { font-size: .86rem; }
  .card p { margin: .1rem 0 0; }
  .tag { font-size: 11px; line-height: 1.45; padding: 0 .3rem; margin: .05rem .15rem 0 0; }
  .weight { margin-top: .1rem; }
  thead, td.took, time i, .description, .is-pending .summary, .is-pending .since,
  .is-pending .runbook { display: none; }
  .is-pending .tags { display: inline; }
  .facts { font-size: 12px; }
  .canary { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: center; }
  .canary .weight { flex: 1 1 9rem; min-width: 0; gap: .4rem; margin: 0; }
  .weight b { min-width: 2.6rem; }
  .card + h2, details + h2, .soft + h2 { margin-top: .6rem; }
  p.soft { margin: .15rem 0; }
  table, tbody { display: block; }
  tr { display: flex; gap: .4rem; align-items: baseline; white-space: nowrap; font-size: 12px; line-height: 1.35; }
  td { padding: 0; flex: none; overflow: hidden; text-overflow: ellipsis; }
  tr + tr { border-top: 1px solid var(--line); }
  tr + tr td { border-top: 0; }
  td.where { max-width: 5.2rem; }
  td.id { flex: 1 1 0; font-size: 11px; line-height: 1.5; }
}
)css";

}  // namespace rollwatch

#endif  // ROLLWATCH_PAGE_STYLE_H_
