// What the moment of a publication says. On a fixed calendar nothing; behind a gate that opens after five changes, an
// insider who knows of four others sees whether the fifth was there. Where noise hangs on the contributors alone, a value
// that moved while nobody else changed is a proof.

const GATE = 5;
const dated = (table, figure) => figure.as_of ?? table.asOf;

/** Of all figures that a calendar would renew, how many were. */
export function republished(tables) {
  let due = 0;
  let moved = 0;
  for (const [at, table] of tables.slice(1).entries()) {
    const before = tables[at];
    for (const [key, figure] of table.figures) {
      const old = before.figures.get(key);
      if (!old) continue;
      due += 1;
      moved += Number(dated(table, figure) !== dated(before, old));
    }
  }
  return { due, moved };
}

/** What the gate's opening proves about one practice, period by period. */
export function proofs(method, frame, tables, insider) {
  return insider.cases.filter(({ kind }) => kind === 'changed').map(({ id, area, series, known }) => {
    const certain = [];
    // The practice may have changed once since the last publication; so many others did.
    let others = 0;
    let since = 0;
    for (const [at, table] of tables.entries()) {
      if (at === 0) continue;
      others += known[at];
      const key = `${area}|${series}`;
      const [now, before] = [table.figures.get(key), tables[at - 1].figures.get(key)];
      if (!now || !before) break;
      const opened = dated(table, now) !== dated(tables[at - 1], before);
      const moved = now.shown !== before.shown || now.practices !== before.practices;
      if (method.keyed === 'set' && known[at] === 0 && moved) certain.push({ since: at - 1, period: at, changed: true });
      if (method.timing === 'gate' && others === GATE - 1) certain.push({ since, period: at, changed: opened });
      if (opened) {
        others = 0;
        since = at;
      }
    }
    return { id, kind: 'changed', certain, asked: tables.length - 1 };
  });
}
