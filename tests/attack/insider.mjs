// T4 and T6: an insider who knows everybody but one practice (or one atom), and asks what the displays add. Exact
// Bayes over a tree of areas: the practice's own ICB and LMC first, then every other area that closes no circle.
import { interval, noise, outcome } from './method.mjs';

function convolve(one, two) {
  const result = new Float64Array(one.length + two.length - 1);
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] === 0) continue;
    for (let other = 0; other < two.length; other += 1) result[at + other] += one[at] * two[other];
  }
  return result;
}

const LARGE = 16;

/** The areas of a component that can be used at once, nearest to the atom first; sums of an ICB may lie in a region. */
export function tree(frame, component, at) {
  const atom = frame.atoms[at];
  const near = ['icb', 'lmc'].map((kind) => frame.byKey.get(`${kind}/${atom[kind]}`));
  // In a large country what lies further off than the neighbours is drowned by the noise of what lies between.
  const small = component.areas.length <= LARGE;
  const touches = (area) => small || area.atoms.some((one) => near.some(({ atoms }) => atoms.includes(one)));
  const rest = ['icb', 'lmc'].flatMap((kind) => component.areas
    .filter((area) => area.kind === kind && !near.includes(area) && touches(area)));
  const regions = component.areas.filter(({ kind }) => small && kind === 'region');
  const parent = new Map();
  const find = (area) => (parent.get(area) === area ? area : find(parent.get(area)));
  const used = [];
  const join = (area, neighbours) => {
    const roots = neighbours.map(find);
    if (new Set(roots).size < roots.length) return;
    parent.set(area, area);
    roots.forEach((root) => parent.set(root, area));
    used.push(area);
  };
  for (const area of [...near, ...rest]) {
    join(area, used.filter(({ kind, atoms }) => kind !== area.kind && atoms.some((one) => area.atoms.includes(one))));
  }
  for (const region of regions) {
    const inside = used.filter(({ kind, atoms }) => kind === 'icb' && region.atoms.includes(atoms[0]));
    if (inside.reduce((sum, area) => sum + area.atoms.length, 0) === region.atoms.length) join(region, inside);
  }
  return used;
}

export class Belief {
  /** `counts` by atom; an atom without a count may hold any number. */
  constructor({ method, pmf, frame, table, series, counts, areas }) {
    Object.assign(this, { method, pmf, frame, areas });
    this.counts = counts;
    this.priors = new Map();
    this.shown = new Map(areas.map((area) => {
      const figure = table.figures.get(`${area.key}|${series}`);
      return [area, figure ? interval(method, figure, area.n, area.b) : [0, area.n]];
    }));
  }

  #prior(at) {
    if (!this.priors.has(at)) {
      const { n } = this.frame.atoms[at];
      const known = this.counts.get(at);
      let prior = new Float64Array(n + 1);
      if (known === undefined) {
        for (let acting = 0; acting <= n; acting += 1) {
          outcome(this.method, this.pmf, n, acting).forEach((mass, value) => { prior[value] += mass / (n + 1); });
        }
      } else prior = outcome(this.method, this.pmf, n, known);
      this.priors.set(at, prior);
    }
    return this.priors.get(at);
  }

  /** An atom's value as all areas but one see it. */
  #value(at, except) {
    const value = Float64Array.from(this.#prior(at));
    for (const area of this.areas) {
      if (area === except || area.kind === 'region' || !area.atoms.includes(at)) continue;
      this.#message(area, at).forEach((mass, y) => { value[y] *= mass; });
    }
    return value;
  }

  /** What an area says about the value of one of its atoms. */
  #message(area, at) {
    const others = area.atoms.filter((other) => other !== at).map((other) => this.#value(other, area));
    const rest = others.reduce(convolve, Float64Array.of(1));
    const weight = this.#weight(area);
    const message = new Float64Array(this.frame.atoms[at].n + 1);
    for (let y = 0; y < message.length; y += 1) {
      for (let sum = 0; sum < rest.length; sum += 1) message[y] += rest[sum] * weight[sum + y];
    }
    return message;
  }

  /** How well each sum of an area fits its own display and its region's. */
  #weight(area) {
    const [low, high] = this.shown.get(area);
    const region = area.kind === 'icb'
      && this.areas.find(({ kind, atoms }) => kind === 'region' && atoms.includes(area.atoms[0]));
    const weight = new Float64Array(area.n + 1);
    if (!region) return weight.fill(1, low, high + 1);
    const sums = this.areas.filter(({ kind, atoms }) => kind === 'icb' && region.atoms.includes(atoms[0]))
      .filter((other) => other !== area).map((other) => this.#sum(other));
    const rest = sums.reduce(convolve, Float64Array.of(1));
    const [least, most] = this.shown.get(region);
    for (let sum = low; sum <= high; sum += 1) {
      for (let other = Math.max(0, least - sum); other <= Math.min(rest.length - 1, most - sum); other += 1) {
        weight[sum] += rest[other];
      }
    }
    return weight;
  }

  #sum(area) {
    const [low, high] = this.shown.get(area);
    const sum = area.atoms.map((at) => this.#value(at, area)).reduce(convolve, Float64Array.of(1));
    return sum.map((mass, at) => (at >= low && at <= high ? mass : 0));
  }

  /** P(all that is displayed | so many act in this atom), up to a factor that is the same for every number. */
  likelihoods(at, numbers) {
    const { n } = this.frame.atoms[at];
    const message = new Float64Array(n + 1).fill(1);
    for (const area of this.areas.filter(({ kind, atoms }) => kind !== 'region' && atoms.includes(at))) {
      this.#message(area, at).forEach((mass, y) => { message[y] *= mass; });
    }
    return numbers.map((acting) => outcome(this.method, this.pmf, n, acting)
      .reduce((sum, mass, y) => sum + mass * message[y], 0));
  }
}

/** Adds the known cells of a case to the counts of atoms. */
function known(frame, component, others, period) {
  const counts = new Map();
  for (const at of component.atoms) {
    const cells = frame.atoms[at].cells.map((cell) => others[cell]?.[period]);
    if (cells.every((count) => count !== undefined)) counts.set(at, cells.reduce((sum, count) => sum + count, 0));
  }
  return counts;
}

/** Where a case lies in the frame. */
function place(frame, { icb, lmc }) {
  const atom = frame.atoms.find(({ cells }) => cells.includes(`${icb}|${lmc}`));
  return { atom, component: frame.components.find(({ atoms }) => atoms.includes(atom.at)) };
}

/** log P(displays | it acts) − log P(displays | it does not), release by release. `samples` are releases read anew. */
export function ratios(method, pmf, frame, tables, samples, given) {
  const { atom, component } = place(frame, given);
  const areas = tree(frame, component, atom.at);
  return tables.map((table, period) => {
    const counts = known(frame, component, given.others, period);
    const [without, within] = given.kind === 'level'
      ? [atom.n - atom.b, atom.n] : [counts.get(atom.at), counts.get(atom.at) + 1];
    return [table, ...(samples.get(table.number) ?? [])].reduce((sum, one) => {
      const belief = new Belief({ method, pmf, frame, table: one, series: given.series, counts, areas });
      const [not, does] = belief.likelihoods(atom.at, [without, within]);
      return sum + Math.log(does) - Math.log(not);
    }, 0);
  });
}

/** The scale of the noise that explains best what is displayed: the description may be wrong, or not kept to. */
export function scale(method, frame, tables, cases) {
  if (!method.noise) return null;
  const some = cases.filter(({ kind }) => kind === 'one');
  const sample = some.filter((_, at) => at % Math.ceil(some.length / 60) === 0);
  const tries = [0.125, 0.25, 0.5, 1, 2, 6].map((epsilon) => {
    const pmf = noise({ ...method.noise, epsilon });
    let fit = 0;
    for (const given of sample) {
      const { atom, component } = place(frame, given);
      const areas = tree(frame, component, atom.at);
      tables.forEach((table, period) => {
        const counts = known(frame, component, given.others, period);
        const belief = new Belief({ method, pmf, frame, table, series: given.series, counts, areas });
        const count = counts.get(atom.at);
        const [not, does] = belief.likelihoods(atom.at, [count, count + 1]);
        fit += Math.log((not + does) / 2 + 1e-300);
      });
    }
    return { epsilon, fit };
  });
  return tries.reduce((best, one) => (one.fit > best.fit ? one : best)).epsilon;
}

/** Whether noise comes back: in the next period, in another series, in another area. Correlations with their sizes. */
export function echoes(method, frame, tables, cases) {
  const residuals = new Map();
  const icbs = [];
  for (const given of cases.filter(({ kind }) => kind === 'one')) {
    const { atom, component } = place(frame, given);
    const area = frame.byKey.get(`icb/${atom.icb}`);
    if (!icbs.includes(area.key)) icbs.push(area.key);
    tables.forEach((table, period) => {
      const counts = known(frame, component, given.others, period);
      const coded = area.atoms.map((at) => Math.min(counts.get(at) ?? NaN, frame.atoms[at].n - frame.atoms[at].b));
      const sum = coded.reduce((total, count) => total + count, 0);
      const figure = table.figures.get(`${area.key}|${given.series}`);
      // Where neither end of the display can be reached, what is seen says nothing of the noise but its own value.
      const sharp = sum >= 20 && sum <= area.n - area.b - 15 && figure?.shown === 'about';
      if (sharp) residuals.set(`${area.key}|${given.series}|${period}`, figure.practices - sum);
    });
  }
  const series = [...new Set(cases.map((given) => given.series))];
  const pairs = { period: [], series: [], area: [] };
  for (const [key, value] of residuals) {
    const [area, code, period] = key.split('|');
    const other = {
      period: `${area}|${code}|${Number(period) + 1}`,
      series: `${area}|${series[series.indexOf(code) + 1]}|${period}`,
      area: `${icbs[icbs.indexOf(area) + 1]}|${code}|${period}`,
    };
    for (const name of Object.keys(pairs)) {
      if (residuals.has(other[name])) pairs[name].push([value, residuals.get(other[name])]);
    }
  }
  return Object.fromEntries(Object.entries(pairs).map(([name, list]) => [name, correlation(list)]));
}

function correlation(list) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [one, two] = [0, 1].map((at) => mean(list.map((pair) => pair[at])));
  const product = mean(list.map(([a, b]) => (a - one) * (b - two)));
  const spread = [0, 1].map((at) => mean(list.map((pair) => (pair[at] - [one, two][at]) ** 2)));
  return { n: list.length, r: product / Math.sqrt(spread[0] * spread[1]) || 0 };
}
