// T1: what follows for certain. Linear programs over everything displayed; the relaxation of whole numbers only widens.
import { interval, margin, top } from './method.mjs';
import { Infeasible, Program } from './program.mjs';

/** Whether a bound says too much about `n` practices. */
export const tells = (n, low, high) => high - low + 1 < Math.min(11, n + 1)
  || low >= Math.max(1, n - margin(n) + 1) || high <= 0;

/** What the displays of a release allow for each area: [low, high] of the sum of protected values. */
function displayed(method, frame, table, series, area) {
  const figure = table.figures.get(`${area.key}|${series}`);
  return figure && interval(method, figure, area.n, area.b);
}

/** What England's total leaves for this component, the other ones taken at the ends of their regions. */
function left(method, frame, table, series, component) {
  const england = displayed(method, frame, table, series, frame.byKey.get('england/england'));
  if (!england) return null;
  const own = new Set(component.atoms);
  let [low, high] = england;
  for (const region of frame.areas.filter(({ kind, atoms }) => kind === 'region' && !own.has(atoms[0]))) {
    const [least, most] = displayed(method, frame, table, series, region) ?? [0, region.n];
    low -= most;
    high -= least;
  }
  return [low, high];
}

/** Adds what one release displays of one series: protected values as columns, their sums as rows. */
function release(program, method, frame, component, table, series, counts) {
  const clip = method.noise?.clip ?? 0;
  if (method.unit === 'areas') {
    // Each area has noise, and a top-code, of its own.
    for (const area of component.areas) {
      const [low, high] = displayed(method, frame, table, series, area);
      const most = high + clip >= top(method, area.n) ? area.n : high + clip;
      program.row(Math.max(0, low - clip), most, area.atoms.map((at) => [counts.get(at), 1]));
    }
    if (clip) return;
  }
  const values = new Map(component.atoms.map((at) => {
    const { n } = frame.atoms[at];
    if (!clip) return [at, counts.get(at)];
    const value = program.column(0, n);
    program.row(-clip, clip, [[value, 1], [counts.get(at), -1]]);
    return [at, value];
  }));
  const sum = (atoms) => atoms.map((at) => [values.get(at), 1]);
  for (const area of component.areas) {
    const shown = displayed(method, frame, table, series, area);
    if (shown) program.row(...shown, sum(area.atoms));
  }
  const rest = left(method, frame, table, series, component);
  if (rest) program.row(...rest, sum(component.atoms));
}

const columns = (program, method, frame, component) => new Map(component.atoms
  .map((at) => [at, program.column(0, whole(method, frame.atoms[at].n))]));

/** The largest number that noise was added to, or all where noise is not added to atoms. */
const whole = (method, n) => (method.unit === 'areas' ? n : top(method, n));

/** Ranges of top-coded counts become ranges of counts. */
const uncoded = (method, n, coded, [low, high]) => [low, high >= coded ? n : high];

/** Every atom and area of one component, for each series and each release alone, or all releases together. */
function component(method, frame, part, tables, series, together) {
  const program = new Program();
  const blocks = [];
  for (const code of series) {
    if (together) {
      const counts = columns(program, method, frame, part);
      tables.forEach((table) => release(program, method, frame, part, table, code, counts));
      blocks.push({ series: code, table: null, counts });
    } else {
      for (const table of tables) {
        const counts = columns(program, method, frame, part);
        release(program, method, frame, part, table, code, counts);
        blocks.push({ series: code, table, counts });
      }
    }
  }
  const unions = [...part.atoms.map((at) => [at]), ...part.areas.map(({ atoms }) => atoms)];
  const distinct = [...new Map(unions.map((atoms) => [atoms.join(), atoms])).values()];
  const goals = distinct.map((atoms) => blocks.map(({ counts }) => atoms.map((at) => [counts.get(at), 1])));
  const found = program.ranges(goals);
  return distinct.flatMap((atoms, goal) => blocks.map((block, at) => {
    const n = atoms.reduce((sum, one) => sum + frame.atoms[one].n, 0);
    const coded = atoms.reduce((sum, one) => sum + whole(method, frame.atoms[one].n), 0);
    const [low, high] = uncoded(method, n, coded, found[goal][at]);
    return { year: tables[0].year, series: block.series, release: block.table?.number ?? null, atoms, n, low, high };
  }));
}

/** Pairs of displayed areas of one frame that differ by fewer than ten practices. */
export function closePairs(frame) {
  const pairs = [];
  for (const part of frame.components) {
    for (const [at, one] of part.areas.entries()) {
      for (const two of part.areas.slice(at + 1)) {
        const differ = [...one.atoms.filter((atom) => !two.atoms.includes(atom)),
          ...two.atoms.filter((atom) => !one.atoms.includes(atom))];
        const n = differ.reduce((sum, atom) => sum + frame.atoms[atom].n, 0);
        if (n > 0 && n < 10) pairs.push({ one, two, n, part, differ });
      }
    }
  }
  return pairs;
}

/** All bounds of all releases of one frame year. */
export function bounds(method, frame, tables, series, unchanged) {
  const each = frame.components.flatMap((part) => component(method, frame, part, tables, series, false));
  const year = frame.components.flatMap((part) => unchanged.filter((code) => series.includes(code)).flatMap((code) => {
    try {
      return component(method, frame, part, tables, [code], true);
    } catch (error) {
      if (error instanceof Infeasible) return [];
      throw error;
    }
  }));
  return { each, year };
}

/**
 * Two frames together, as if nobody had changed in all that time: the practices that are in one atom before 1 April
 * and in another one after it, and what two unions of the two frames differ by. Whole numbers, exact top-coding.
 */
export function recut(method, before, after, tables, series) {
  const home = new Map(after.frame.atoms.flatMap((atom) => atom.members.map((code) => [code, atom.at])));
  const found = [];
  for (const part of before.frame.components) {
    const cells = new Map();
    for (const at of part.atoms) {
      for (const code of before.frame.atoms[at].members) {
        const key = `${at}>${home.get(code)}`;
        if (!cells.has(key)) cells.set(key, { from: at, to: home.get(code), n: 0 });
        cells.get(key).n += 1;
      }
    }
    const goals = small([...cells.keys()], cells, part, before.frame, after.frame);
    const inside = new Set([...cells.values()].map(({ to }) => to));
    const later = after.frame.components.find(({ atoms }) => atoms.some((at) => inside.has(at)));
    // A practice that leaves its region joins two components; none of the invented ones does.
    if (goals.length === 0 || later.atoms.some((at) => !inside.has(at))) continue;
    for (const code of series) {
      const program = new Program();
      const x = new Map([...cells].map(([key, { n }]) => [key, program.column(0, n, true)]));
      const counts = (frame, atoms, side) => new Map(atoms.map((at) => {
        const { n } = frame.atoms[at];
        const coded = top(method, n);
        const count = program.column(0, coded, true);
        const sum = [...cells].filter(([, cell]) => cell[side] === at).map(([key]) => [x.get(key), 1]);
        // count = min(sum, coded), by one switch.
        const over = program.column(0, 1, true);
        program.row(-Infinity, 0, [[count, 1], ...sum.map(([column]) => [column, -1])]);
        program.row(-(n - coded) * 1, Infinity, [[count, 1], ...sum.map(([column]) => [column, -1])]);
        program.row(-Infinity, 0, [...sum, [count, -1], [over, -(n - coded)]]);
        program.row(0, Infinity, [[count, 1], [over, -coded]]);
        return [at, count];
      }));
      const old = counts(before.frame, part.atoms, 'from');
      const fresh = counts(after.frame, later.atoms, 'to');
      tables.before.forEach((table) => release(program, method, before.frame, part, table, code, old));
      tables.after.forEach((table) => release(program, method, after.frame, later, table, code, fresh));
      const ranges = program.ranges(goals.map(({ keys }) => [keys.map(([key, factor]) => [x.get(key), factor])]));
      goals.forEach((goal, at) => found.push({ series: code, ...goal, low: ranges[at][0][0], high: ranges[at][0][1] }));
    }
  }
  return found;
}

/** Targets of fewer than ten practices: cells of the two frames, and differences of an area before and after. */
function small(keys, cells, part, before, after) {
  const goals = keys.filter((key) => cells.get(key).n < 10)
    .map((key) => ({ n: cells.get(key).n, keys: [[key, 1]], least: 0 }));
  for (const area of part.areas) {
    const other = after.byKey.get(area.key);
    const gained = keys.filter((key) => !area.atoms.includes(cells.get(key).from)
      && other?.atoms.includes(cells.get(key).to));
    const lost = keys.filter((key) => area.atoms.includes(cells.get(key).from)
      && !other?.atoms.includes(cells.get(key).to));
    const size = (some) => some.reduce((sum, key) => sum + cells.get(key).n, 0);
    if (gained.length + lost.length > 1 && size(gained) + size(lost) < 10) {
      goals.push({ n: size(gained) + size(lost), least: -size(lost),
        keys: [...gained.map((key) => [key, 1]), ...lost.map((key) => [key, -1])] });
    }
  }
  return goals;
}
