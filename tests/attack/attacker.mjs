// The attacker: from what is served, the public frame, the published method and an insider's knowledge, to claims.
import { bounds, closePairs, recut, tells } from './bounds.mjs';
import { follows, readAll, Reader, table } from './fetch.mjs';
import { cut, fitting } from './frame.mjs';
import { echoes, ratios, scale } from './insider.mjs';
import { interval, margin, METHODS, noise } from './method.mjs';
import { isolated } from './rank.mjs';
import { proofs, republished } from './timing.mjs';

const figure = (target, text, ok) => ({ target, text, ok });
const DAY = 86_400_000;
/** Fetches of one address, which must not differ; where they do, their mean is the attacker's. */
const REPEATS = 300;

/** Attacks one service. Pages are those of the product; the controls have none. */
export async function attack({ base, token, rows, insider, method: name, pages, repeats = REPEATS }) {
  const method = METHODS[name];
  const reader = new Reader(base, token);
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const { releases, beyond } = await readAll(reader, { pages });
  const tables = releases.map(table);
  const figures = [];
  const frames = new Map();
  for (const year of new Set(tables.map((one) => one.year))) {
    const served = tables.find((one) => one.year === year).practices;
    const fit = method.unit === 'areas' ? exact(rows[year]) : fitting(rows[year], method.leastAtom, served);
    frames.set(year, fit.frame);
    figures.push(figure('frame', `${year}: ${fit.frame.atoms.length} atoms of ${fit.least} or more practices fit the `
      + `numbers served, ${fit.wrong} areas do not (limit 0)`, fit.wrong === 0));
  }
  const year = tables[0].year;
  const first = tables.filter((one) => one.year === year);
  const frame = frames.get(year);

  const { against, fields } = follows(tables, frames);
  figures.push(figure('forms', `${reader.requests} answers read; ${beyond.length} figures in one form only, `
    + `${against.length} that do not follow from displayed ones (limit 0)${fields.length ? `; not used: ${fields}` : ''}`,
  beyond.length + against.length === 0));
  [...beyond, ...against].slice(0, 5).forEach((text) => console.log(`  ${text}`));

  const samples = await again(reader, tables, repeats, figures);
  figures.push(...calendar(method, tables, frames));
  const proved = certain({ name, method, frame, frames, first, tables, year, insider });
  figures.push(...proved.figures, figure('T1', `linear programs done after ${seconds()}`, true));
  figures.push(...solved(method, frames));

  const cases = insider.cases.filter((given) => first[0].series.includes(given.series));
  const noisy = method.noise && method.unit === 'atoms';
  const epsilon = noisy && scale(method, frame, first, cases);
  const pmf = noisy && noise({ ...method.noise, epsilon });
  if (noisy) {
    const again = Object.entries(echoes(method, frame, first, cases));
    figures.push(figure('T4', `noise: the displays fit ε = ${epsilon} best (published ${method.noise.epsilon})`,
      epsilon <= method.noise.epsilon));
    for (const [what, { n, r }] of again.filter(([, { n }]) => n > 100)) {
      const limit = 4.5 / Math.sqrt(n);
      figures.push(figure('T4', `noise: correlation with the next ${what} ${r.toFixed(3)} `
        + `over ${n} pairs (limit ±${limit.toFixed(3)})`, Math.abs(r) <= limit));
    }
  }
  const plain = { ...method, topCode: false };
  const claims = method.unit === 'areas' ? [] : cases.filter(({ kind }) => kind !== 'changed').map((given) => ({
    id: given.id, kind: given.kind, ratios: ratios(method, pmf, frame, first, samples, given),
    ...(given.kind === 'level' ? { plain: ratios(plain, pmf, frame, first, samples, given) } : {}),
  }));
  claims.push(...proofs(method, frame, first, insider));
  figures.push(figure('T4', `read and attacked in ${seconds()}`, true));
  return { figures, claims, bounds: proved.bounds };
}

/** A method without atoms: whatever areas cut out is told apart, and each area has a margin of its own. */
function exact(rows) {
  const frame = cut(rows, 1);
  frame.areas.forEach((area) => { area.b = margin(area.n); });
  return { frame, wrong: 0, least: 1 };
}

/** T3: the same bytes again and again. */
async function again(reader, tables, repeats, figures) {
  const samples = new Map();
  const latest = tables.at(-1);
  const path = '/api/v1/areas/england/status';
  const bodies = new Set();
  for (let at = 0; at < repeats; at += 1) bodies.add(await reader.get(path));
  const differ = tables.filter(({ repeats: same }) => !same);
  figures.push(figure('T3', `repeat: ${repeats} fetches of ${path} and 2 of each release: `
    + `${bodies.size - 1 + differ.length} differ (limit 0)`, bodies.size === 1 && differ.length === 0));
  for (const { number } of differ.slice(0, 4)) {
    samples.set(number, []);
    for (let at = 0; at < 16; at += 1) samples.get(number).push(table(await reader.json(`/api/v1/releases/${number}`)));
  }
  return samples;
}

/** Presence and timing: what is hidden, and when something appears, must follow from public facts alone. */
function calendar(method, tables, frames) {
  const { moved, due } = republished(tables);
  const days = tables.slice(1).map((one, at) => (new Date(one.published) - new Date(tables[at].published)) / DAY);
  let strange = 0;
  for (const one of tables) {
    for (const area of frames.get(one.year).areas) {
      for (const code of tables.find(({ year }) => year === one.year).series) {
        const shown = one.figures.get(`${area.key}|${code}`)?.shown;
        strange += Number(shown === undefined || (shown === 'hidden') !== (area.n < method.hideUnder));
      }
    }
  }
  return [figure('T4', `presence: ${strange} figures hidden or missing otherwise than by the public frame (limit 0)`,
    strange === 0),
  figure('T4', `timing: ${tables.length} releases, ${days.filter((gap) => gap !== 28).length} not four weeks after the `
    + `one before, ${due - moved} of ${due} figures not renewed (limit 0)`,
  days.every((gap) => gap === 28) && moved === due)];
}

/** T1. */
function certain({ name, method, frame, frames, first, tables, year, insider }) {
  // In a large country some series stand for all: the programs of each are alike.
  const series = first[0].series.filter((code) => insider.bounded?.includes(code) ?? true);
  const { each, year: together } = series.length === 0 ? { each: [], year: [] }
    : bounds(method, frame, first, series, insider.unchanged);
  const pairs = closePairs(frame);
  const later = frames.get(year + 1);
  const after = tables.filter((one) => one.year === year + 1);
  const across = later && method.unit === 'atoms' ? recut(method, { frame }, { frame: later },
    { before: first, after }, insider.unchanged.filter((code) => series.includes(code))) : [];
  const result = [];
  const summary = (what, all) => {
    if (all.length === 0) return;
    const worst = all.reduce((best, one) => (one.high - one.low < best.high - best.low ? one : best));
    const bad = all.filter(({ n, low, high }) => tells(n, low, high));
    const facts = all.filter(({ atoms, n, low, high }) => atoms.length === 1 && (high === 0 || low === n))
      .reduce((sum, { n }) => sum + n, 0);
    const narrowest = worst.high - worst.low + 1;
    result.push(figure('T1', `bounds, ${what}: narrowest ${narrowest} practices (limit ${Math.min(11, worst.n + 1)}); `
      + `${bad.length} of ${all.length} tell too much (limit 0); ${facts} practice facts proved (limit 0)`,
    bad.length === 0));
    if (name === 'headroom') bad.slice(0, 3).forEach((one) => console.log(`  ${one.series} release ${one.release ?? 'all'} atoms ${one.atoms}: `
      + `${one.low} to ${one.high} of ${one.n}`));
  };
  summary('each release', each);
  summary(`${first.length} releases together, nobody changed`, together);
  const differing = differences(method, frame, first, pairs);
  const told = [...differing].filter(({ low, high, n }) => tells(n, low, high));
  result.push(figure('T1', `differences of under 10 practices: ${pairs.length} pairs of areas, ${told.length} proofs `
    + 'that one acts (limit 0)', told.length === 0));
  if (across.length > 0) {
    const bad = across.filter(({ n, least, low, high }) => high - low + 1 < n + 1 || low > least);
    const least = Math.min(...across.map(({ n, low, high }) => (high - low) - n));
    result.push(figure('T1', `recut: ${across.length} differences of under 10 practices over ${tables.length} releases of `
      + `two frames: ${bad.length} narrower than all of them (limit 0, narrowest by ${-least})`, bad.length === 0));
  }
  const rows = each.filter(({ atoms }) => atoms.length === 1)
    .map(({ series: code, release, atoms, low, high }) => [code, release, atoms[0], low, high]);
  return { figures: result, bounds: { atoms: frame.atoms.map(({ members }) => members), rows } };
}

/**
 * Noise that depends on the contributors: where two areas differ by one practice that does not act, they have the same
 * contributors, the same noise and the same value. Displays that no one value explains prove that it acts.
 */
function differences(method, frame, tables, pairs) {
  if (method.keyed !== 'set') return [];
  const single = pairs.filter(({ n, one, two }) => n === 1 && Math.min(one.n, two.n) >= method.hideUnder);
  return tables.flatMap((table) => table.series.flatMap((code) => single.filter(({ one, two }) => {
    const [a, b] = [one, two].map((area) => interval(method, table.figures.get(`${area.key}|${code}`), area.n, area.b));
    return Math.max(a[0], b[0]) > Math.min(a[1], b[1]);
  }).map(({ n }) => ({ n, low: 1, high: n }))));
}

/** T2. */
function solved(method, frames) {
  return [...frames].map(([year, frame]) => {
    const { sets, combinations, smallest } = isolated(frame);
    return figure('T2', `rank, ${year}: ${combinations} combinations, the smallest about ${smallest} practices; `
      + `${sets.length} isolate fewer than 10 (limit 0)`, sets.length === 0);
  });
}
