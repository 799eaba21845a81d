// From the public frame to cells, atoms and areas, by the published rule.
import { margin } from './method.mjs';

const group = (items, key) => {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
};
const byCode = (one, two) => (one < two ? -1 : Number(one > two));

/** Cells of ICB and LMC; a small one joins the largest of its ICB. Practices are rows [code, icb, lmc, region]. */
export function cut(rows, least) {
  const atoms = [];
  const cells = [];
  for (const [icb, inside] of [...group(rows, (row) => row[1])].sort(([one], [two]) => byCode(one, two))) {
    const own = [...group(inside, (row) => row[2])].sort(([one], [two]) => byCode(one, two));
    const largest = own.reduce((best, cell) => (cell[1].length > best[1].length ? cell : best))[0];
    const joined = new Map();
    for (const [lmc, members] of own) {
      const into = members.length < least ? largest : lmc;
      if (!joined.has(into)) joined.set(into, { lmcs: [], members: [] });
      joined.get(into).lmcs.push(lmc);
      joined.get(into).members.push(...members);
    }
    for (const [lmc, { lmcs, members }] of joined) {
      const at = atoms.length;
      atoms.push({ at, icb, lmc, region: members[0][3], n: members.length, b: margin(members.length),
        members: members.map((row) => row[0]), cells: lmcs.map((one) => `${icb}|${one}`) });
      for (const one of lmcs) cells.push(`${icb}|${one}`);
    }
  }
  const areas = [{ kind: 'england', code: 'england', atoms: atoms.map((atom) => atom.at) }];
  for (const kind of ['region', 'icb', 'lmc']) {
    for (const [code, inside] of group(atoms, (atom) => atom[kind])) {
      areas.push({ kind, code, atoms: inside.map((atom) => atom.at) });
    }
  }
  return finish({ atoms, areas, cells });
}

/** The same for a method that publishes exact areas: every cell is told apart. */
function finish(frame) {
  for (const area of frame.areas) {
    area.n = area.atoms.reduce((sum, at) => sum + frame.atoms[at].n, 0);
    area.b = area.atoms.reduce((sum, at) => sum + frame.atoms[at].b, 0);
    area.key = `${area.kind}/${area.code}`;
  }
  frame.byKey = new Map(frame.areas.map((area) => [area.key, area]));
  frame.components = components(frame);
  return frame;
}

/** Regions that no LMC joins: what is said about one says nothing about another but through England's total. */
function components(frame) {
  const parent = frame.atoms.map((_, at) => at);
  const find = (at) => (parent[at] === at ? at : (parent[at] = find(parent[at])));
  for (const area of frame.areas.filter(({ kind }) => kind !== 'england')) {
    for (const at of area.atoms) parent[find(at)] = find(area.atoms[0]);
  }
  return [...group(frame.atoms, (atom) => find(atom.at)).values()].map((atoms) => {
    const inside = new Set(atoms.map((atom) => atom.at));
    return { atoms: [...inside],
      areas: frame.areas.filter(({ kind, atoms: own }) => kind !== 'england' && inside.has(own[0])) };
  });
}

/** The frame the served numbers of practices fit: by the published least size, or by a smaller one if that fits. */
export function fitting(rows, published, served) {
  const misfits = (frame) => [...served].filter(([key, n]) => frame.byKey.get(key)?.n !== n).length
    + frame.areas.filter(({ key }) => !served.has(key)).length;
  let best;
  for (const least of [published, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const frame = cut(rows, least);
    const wrong = misfits(frame);
    if (!best || wrong < best.wrong) best = { frame, least, wrong };
    if (wrong === 0) break;
  }
  return best;
}
