// T2: what can be solved. Displayed areas are sums of protected units; a combination of them that leaves fewer than ten
// practices over would be a figure about those. Exact arithmetic, modulo a prime.

const PRIME = 2147483629n;
const power = (base, exponent) => {
  let result = 1n;
  for (let left = exponent, square = base; left > 0n; left >>= 1n, square = (square * square) % PRIME) {
    if (left & 1n) result = (result * square) % PRIME;
  }
  return result;
};

function rank(matrix) {
  const rows = matrix.map((row) => row.map((value) => ((BigInt(value) % PRIME) + PRIME) % PRIME));
  let done = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0) && done < rows.length; column += 1) {
    const pivot = rows.findIndex((row, at) => at >= done && row[column] !== 0n);
    if (pivot < 0) continue;
    [rows[done], rows[pivot]] = [rows[pivot], rows[done]];
    const inverse = power(rows[done][column], PRIME - 2n);
    for (let at = done + 1; at < rows.length; at += 1) {
      if (rows[at][column] === 0n) continue;
      const factor = (rows[at][column] * inverse) % PRIME;
      rows[at] = rows[at].map((value, other) => (value + (PRIME - factor) * rows[done][other]) % PRIME);
    }
    done += 1;
  }
  return done;
}

/** Sets of up to three columns that weigh fewer than ten practices. */
function light(columns, weights) {
  const sets = [];
  const grow = (from, set, weight) => {
    for (let at = from; at < columns.length; at += 1) {
      const sum = weight + weights[columns[at]];
      if (sum >= 10) continue;
      sets.push([...set, columns[at]]);
      if (set.length < 2) grow(at + 1, [...set, columns[at]], sum);
    }
  };
  grow(0, [], 0);
  return sets;
}

/** Every set of fewer than ten practices that some combination of displayed areas is about, and how many were tried. */
export function isolated(frame) {
  const weights = frame.atoms.map(({ n }) => n);
  const found = [];
  let combinations = 0;
  let smallest = Infinity;
  for (const { atoms, areas } of frame.components) {
    const vectors = areas.map((area) => atoms.map((at) => Number(area.atoms.includes(at))));
    const all = rank(vectors);
    for (const set of light(atoms, weights)) {
      combinations += 1;
      const others = atoms.map((at, column) => [at, column]).filter(([at]) => !set.includes(at)).map(([, column]) => column);
      // Some combination vanishes outside the set: what is displayed has a rank more with it than without.
      if (others.length === 0 || rank(vectors.map((row) => others.map((column) => row[column]))) < all) found.push(set);
    }
    // Small whole combinations, literally: up to four areas (two in a large country), each added or taken away.
    const depth = vectors.length <= 24 ? 4 : 2;
    const add = (from, sum, deep) => {
      for (let at = from; at < vectors.length; at += 1) {
        for (const sign of deep === 0 ? [1] : [1, -1]) {
          const next = sum.map((value, column) => value + sign * vectors[at][column]);
          combinations += 1;
          const about = atoms.filter((_, column) => next[column] !== 0);
          const n = about.reduce((total, one) => total + weights[one], 0);
          if (n > 0) smallest = Math.min(smallest, n);
          if (n > 0 && n < 10) found.push(about);
          if (deep + 1 < depth) add(at + 1, next, deep + 1);
        }
      }
    };
    add(0, atoms.map(() => 0), 0);
  }
  const sets = new Set(found.map((set) => [...set].sort((one, two) => one - two).join()));
  return { sets: [...sets].map((set) => set.split(',').map(Number)), combinations, smallest };
}
