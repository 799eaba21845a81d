// A linear program that grows column by column, and the range of sums in it.
import loadHighs from 'highs';

const highs = await loadHighs();
const { objectiveSense, modelStatus, variableType } = highs.constants;
const SLACK = 1e-6;

export class Infeasible extends Error {}

export class Program {
  lower = [];
  upper = [];
  whole = [];
  rows = [];

  column(lower, upper, whole = false) {
    this.lower.push(lower);
    this.upper.push(upper);
    this.whole.push(whole);
    return this.lower.length - 1;
  }

  /** lower ≤ Σ factor × column ≤ upper. */
  row(lower, upper, terms) {
    this.rows.push({ lower, upper, terms });
  }

  #model() {
    const starts = [0];
    const indices = [];
    const values = [];
    for (const { terms } of this.rows) {
      for (const [column, factor] of terms) {
        indices.push(column);
        values.push(factor);
      }
      starts.push(indices.length);
    }
    const size = { numRows: this.rows.length, numCols: this.lower.length };
    const integrality = this.whole.some(Boolean)
      && Int32Array.from(this.whole, (whole) => (whole ? variableType.integer : variableType.continuous));
    const model = highs.createModel({
      ...size,
      colCost: new Float64Array(size.numCols),
      colLower: Float64Array.from(this.lower),
      colUpper: Float64Array.from(this.upper),
      rowLower: Float64Array.from(this.rows, ({ lower }) => lower),
      rowUpper: Float64Array.from(this.rows, ({ upper }) => upper),
      matrix: { format: 'csr', ...size, starts: Int32Array.from(starts),
        indices: Int32Array.from(indices), values: Float64Array.from(values) },
      ...(integrality ? { integrality } : {}),
    });
    model.options.set({ output_flag: false });
    return model;
  }

  /**
   * The whole numbers between which each sum lies. Each goal is a list of sums that no row ties together, so that one
   * optimum is the optimum of each of them.
   */
  ranges(goals) {
    const model = this.#model();
    try {
      return goals.map((sums) => {
        const value = (solution, terms) => terms.reduce((sum, [column, factor]) => sum + factor * solution[column], 0);
        const ends = [objectiveSense.minimize, objectiveSense.maximize].map((sense) => {
          sums.flat().forEach(([column, factor]) => model.changeColCost(column, factor));
          model.changeObjectiveSense(sense);
          model.run();
          if (model.getModelStatus() !== modelStatus.optimal) throw new Infeasible(`status ${model.getModelStatus()}`);
          const { colValue } = model.getSolution();
          return sums.map((terms) => value(colValue, terms));
        });
        sums.flat().forEach(([column]) => model.changeColCost(column, 0));
        return sums.map((_, at) => [Math.ceil(ends[0][at] - SLACK), Math.floor(ends[1][at] + SLACK)]);
      });
    } finally {
      model.dispose();
    }
  }
}
