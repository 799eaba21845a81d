// Says how right the attacker was: the only program that sees the truth. T4 and T6, and whether a bound was wrong.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const sure = (ratio) => 1 / (1 + Math.exp(-Math.abs(ratio)));
const percent = (share) => `${(100 * share).toFixed(1)}%`;
const right = (ratio, truth) => (ratio === 0 || Number.isNaN(ratio) ? 0.5 : Number(ratio > 0 === truth));
const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;
/** Certain: at most one in a thousand to be wrong. */
const CERTAIN = 0.999;

function line(target, what, guesses, limit) {
  if (guesses.length === 0) return [];
  const expected = mean(guesses.map(({ ratio }) => sure(ratio)));
  const hit = mean(guesses.map(({ ratio, truth }) => right(ratio, truth)));
  const slack = 2.5 * Math.sqrt((limit * (1 - limit)) / guesses.length);
  const certain = mean(guesses.map(({ ratio }) => Number(sure(ratio) >= CERTAIN)));
  return [
    { target, ok: expected <= limit && hit <= limit + slack,
      text: `${what}: right ${percent(expected)} expected, ${percent(hit)} found, of ${guesses.length} (limit ${percent(limit)})` },
    { target, ok: certain <= 0.001, text: `${what}: certain ${percent(certain)} (limit 0.1%)` },
  ];
}

/** Figures with their limits. */
export function score({ claims, bounds }, truth) {
  const guesses = (kind, ratio) => claims.filter((claim) => claim.kind === kind)
    .flatMap((claim) => ratio(claim).map((one) => ({ ratio: one, truth: truth.answers[claim.id] })));
  const windows = (ratios, size) => Array.from({ length: Math.floor(ratios.length / size) },
    (_, at) => sum(ratios.slice(at * size, (at + 1) * size)));
  const figures = [
    ...line('T4', 'insider, one release', guesses('one', ({ ratios }) => ratios), 0.64),
    ...line('T4', 'insider, a quarter', guesses('one', ({ ratios }) => windows(ratios, 3)), 0.70),
    ...line('T4', 'insider, 13 releases', guesses('one', ({ ratios }) => windows(ratios, 13)), 0.82),
    ...line('T6', 'homogeneous areas, 13 periods', guesses('level', ({ ratios }) => windows(ratios, 13)), 0.55),
  ];
  // Where the published top-code were not kept to, an attacker who does not believe in it would gain.
  const doubting = guesses('level', ({ plain }) => windows(plain ?? [], 13));
  if (doubting.length > 0) {
    const hit = mean(doubting.map((guess) => right(guess.ratio, guess.truth)));
    // Under the published method this guess is a coin, whose scatter a few cases need be forgiven.
    const limit = Math.max(0.55, 0.5 + 2.5 * Math.sqrt(0.25 / doubting.length));
    figures.push({ target: 'T6', ok: hit <= limit,
      text: `homogeneous areas, by one who doubts the top-code: right ${percent(hit)} found, of ${doubting.length} `
        + `(limit ${percent(limit)})` });
  }
  const timed = claims.filter(({ kind }) => kind === 'changed');
  if (timed.length > 0) {
    const asked = sum(timed.map((claim) => claim.asked));
    const all = timed.flatMap((claim) => claim.certain.map((one) => ({ ...one, id: claim.id })));
    const correct = all.filter(({ id, since, period, changed }) => truth.changed[id]
      .some((at) => at > since && at <= period) === changed);
    figures.push({ target: 'T4', ok: correct.length / asked <= 0.001,
      text: `insider, by when figures move: certain ${percent(all.length / asked)} of ${asked}, `
        + `${correct.length} of ${all.length} rightly (limit 0.1%)` });
  }
  if (bounds) {
    const wrong = bounds.rows.filter(([series, release, atom, low, high]) => {
      const lives = truth.acting[series];
      if (!lives || release === null) return false;
      const acting = sum(bounds.atoms[atom].map((code) => Number(lives[code][release - 1])));
      return acting < low || acting > high;
    });
    figures.push({ target: 'T1', ok: wrong.length === 0,
      text: `bounds: ${wrong.length} of ${bounds.rows.length} leave out the truth (limit 0: the attacker understands the method)` });
  }
  return figures;
}

export function print(what, figures) {
  for (const { target, text, ok } of figures) console.log(`  ${ok ? ' ' : '!'} ${target} ${text}`);
  const bad = figures.filter(({ ok }) => !ok);
  console.log(`attack on ${what}: ${bad.length === 0 ? 'failed, as it must' : `SUCCEEDED: ${[...new Set(bad.map(({ target }) => target))]}`}`);
  return bad.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [what, claims, truth] = process.argv.slice(2);
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  console.log(`score of the attack on ${what}`);
  process.exitCode = print(what, score(read(claims), read(truth))) ? 0 : 1;
}
