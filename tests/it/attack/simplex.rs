//! Linear programs, small and dense: the simplex method in two phases, after Bland.

const TINY: f64 = 1e-9;

/// Maximises a linear form over x ≥ 0 with rows `a · x ≤ b`.
#[derive(Clone, Default)]
pub(super) struct Program {
    variables: usize,
    rows: Vec<(Vec<f64>, f64)>,
}

impl Program {
    pub(super) fn new(variables: usize) -> Self {
        Self { variables, rows: Vec::new() }
    }

    /// `low ≤ a · x ≤ high`.
    pub(super) fn between(&mut self, a: &[f64], low: f64, high: f64) {
        self.rows.push((a.to_vec(), high));
        self.rows.push((a.iter().map(|a| -a).collect(), -low));
    }

    /// The least and the most of a form; nothing where nothing fits.
    pub(super) fn bounds(&self, form: &[f64]) -> Option<(f64, f64)> {
        let turned: Vec<f64> = form.iter().map(|a| -a).collect();
        Some((-self.most(&turned)?, self.most(form)?))
    }

    fn most(&self, form: &[f64]) -> Option<f64> {
        let mut table = Table::new(self);
        table.feasible().then(|| table.maximise(form))
    }
}

/// Columns: the variables, one slack for each row, one artificial variable, the right-hand side.
struct Table {
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    variables: usize,
    artificial: usize,
}

impl Table {
    fn new(program: &Program) -> Self {
        let (n, m) = (program.variables, program.rows.len());
        let rows = program.rows.iter().enumerate().map(|(at, (a, b))| {
            let mut row = a.clone();
            row.resize(n + m + 2, 0.0);
            row[n + at] = 1.0;
            row[n + m] = -1.0;
            row[n + m + 1] = *b;
            row
        });
        Self { rows: rows.collect(), basis: (n..n + m).collect(), variables: n, artificial: n + m }
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.rows[row][column];
        let pivot: Vec<f64> = self.rows[row].iter().map(|a| a / by).collect();
        for (at, other) in self.rows.iter_mut().enumerate() {
            let times = other[column];
            if at != row && times != 0.0 {
                for (a, p) in other.iter_mut().zip(&pivot) {
                    *a -= times * p;
                }
            }
        }
        self.rows[row] = pivot;
        self.basis[row] = column;
    }

    /// Finds a corner; the artificial variable must come to nothing.
    fn feasible(&mut self) -> bool {
        let worst = |table: &Self| {
            let rows = table.rows.iter().enumerate();
            let least = rows.min_by(|a, b| a.1[table.artificial + 1].total_cmp(&b.1[table.artificial + 1]));
            least.map(|(at, row)| (at, row[table.artificial + 1]))
        };
        if let Some((row, least)) = worst(self).filter(|(_, least)| *least < 0.0) {
            let _ = least;
            self.pivot(row, self.artificial);
            let mut form = vec![0.0; self.artificial + 1];
            form[self.artificial] = -1.0;
            if self.maximise(&form) < -1e-6 {
                return false;
            }
            if let Some(row) = self.basis.iter().position(|column| *column == self.artificial) {
                let column = (0..self.artificial).find(|at| self.rows[row][*at].abs() > TINY);
                if let Some(column) = column {
                    self.pivot(row, column);
                }
            }
        }
        for row in &mut self.rows {
            row[self.artificial] = 0.0;
        }
        true
    }

    /// The most of a form over the columns, from the corner where it stands.
    fn maximise(&mut self, form: &[f64]) -> f64 {
        let mut form = form.to_vec();
        form.resize(self.artificial + 2, 0.0);
        // In terms of what is not in the basis.
        for (row, column) in self.rows.iter().zip(&self.basis) {
            let times = form[*column];
            for (a, p) in form.iter_mut().zip(row) {
                *a -= times * p;
            }
        }
        loop {
            let Some(column) = (0..=self.artificial).find(|at| form[*at] > TINY) else {
                return -form[self.artificial + 1];
            };
            let ratios = self.rows.iter().enumerate().filter(|(_, row)| row[column] > TINY);
            let ratios = ratios.map(|(at, row)| (row[self.artificial + 1] / row[column], self.basis[at], at));
            let least = ratios.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((_, _, row)) = least else {
                return f64::INFINITY;
            };
            self.pivot(row, column);
            let times = form[column];
            for (a, p) in form.iter_mut().zip(&self.rows[row]) {
                *a -= times * p;
            }
            let _ = self.variables;
        }
    }
}

#[test]
fn small_programs_are_solved() {
    // A triangle: 1 ≤ x, 2 ≤ y, x + y ≤ 5.
    let mut program = Program::new(2);
    program.between(&[1.0, 0.0], 1.0, 9.0);
    program.between(&[0.0, 1.0], 2.0, 9.0);
    program.between(&[1.0, 1.0], 0.0, 5.0);
    assert_eq!(program.bounds(&[1.0, 0.0]), Some((1.0, 3.0)));
    assert_eq!(program.bounds(&[1.0, -1.0]), Some((-3.0, 1.0)));
    program.between(&[1.0, 0.0], 4.0, 9.0);
    assert_eq!(program.bounds(&[1.0, 0.0]), None);
}
