// What is public about a method: all that the attacker knows of how figures come about. Written from the published
// description, not from the code that makes releases.

/** The published method, and by the differences those that must not hold. */
export const METHODS = {
  headroom: {
    // Noise is drawn for atoms and summed; or for each published area; or there is none.
    unit: 'atoms', leastAtom: 10, topCode: true, noise: { epsilon: 0.5, clip: 24 }, display: 'fives', hideUnder: 20,
    // All figures on fixed days; or each when its gate opens.
    timing: 'calendar', keyed: 'period',
  },
};
const but = (changes) => ({ ...METHODS.headroom, ...changes });
Object.assign(METHODS, {
  nhs: but({ unit: 'areas', noise: null, topCode: false, display: 'nhs', hideUnder: 0 }),
  gate: but({ timing: 'gate' }),
  'set-keyed': but({ unit: 'areas', keyed: 'set' }),
  'per-request': but({ keyed: 'request' }),
  'no-top-code': but({ topCode: false }),
  'atoms-of-1': but({ leastAtom: 1 }),
});

/** b: so many are never confirmed to act. */
export const margin = (n) => Math.max(3, Math.floor((n + 9) / 10));

/** The largest count that is told apart. */
export const top = (method, n) => (method.topCode ? Math.max(0, n - margin(n)) : n);

/** Between which whole numbers the sum behind a displayed figure lies. `b` is the sum of the margins of its atoms. */
export function interval(method, figure, n, b) {
  if (figure.shown === 'hidden') return [0, n];
  if (method.display === 'nhs') {
    if (figure.shown === 'none') return [0, 0];
    if (figure.shown === 'one-to-seven') return [1, Math.min(7, n)];
    return [Math.max(8, figure.practices - 2), Math.min(n, figure.practices + 2)];
  }
  const threshold = Math.max(0, n - b - 5);
  if (figure.shown === 'fewer-than-ten') return [0, Math.min(9, n)];
  if (figure.shown === 'or-more') return [Math.max(10, threshold + 1), n];
  return [Math.max(10, figure.practices - 2), Math.min(threshold, figure.practices + 2)];
}

/** P(Z = z) for z from -clip to clip: two-sided geometric, the tails added to the ends. */
export function noise({ epsilon, clip }) {
  const alpha = Math.exp(-epsilon);
  const mass = [];
  for (let z = -clip; z <= clip; z += 1) mass.push((alpha ** Math.abs(z) * (1 - alpha)) / (1 + alpha));
  const tail = alpha ** (clip + 1) / (1 + alpha);
  mass[0] += tail;
  mass[mass.length - 1] += tail;
  return mass;
}

/** P(Y = y) for y from 0 to n, of one atom in which `acting` act. */
export function outcome(method, pmf, n, acting) {
  const result = new Float64Array(n + 1);
  const coded = Math.min(acting, top(method, n));
  if (!pmf) {
    result[coded] = 1;
    return result;
  }
  const clip = (pmf.length - 1) / 2;
  for (let at = 0; at < pmf.length; at += 1) {
    result[Math.min(n, Math.max(0, coded + at - clip))] += pmf[at];
  }
  return result;
}
