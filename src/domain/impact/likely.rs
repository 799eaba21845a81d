//! Averages of practices, and how far they may be from what others like them would show.

/// An average of practices, and where it lies nineteen times in twenty if they stand for others like them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likely {
    /// The average.
    pub mean: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Likely {
    /// Both bounds lie on one side of nothing.
    pub fn is_clear(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Figures of some practices.
pub(super) struct Sample {
    n: u32,
    pub(super) mean: f64,
    /// Of the mean, not of a practice.
    variance: f64,
}

impl Sample {
    pub(super) fn of(figures: &[f64]) -> Self {
        let n = u32::try_from(figures.len()).unwrap_or(u32::MAX);
        let count = f64::from(n.max(1));
        let mean = figures.iter().sum::<f64>() / count;
        let squares = figures.iter().map(|figure| (figure - mean).powi(2));
        let freedom = f64::from(n.saturating_sub(1).max(1));
        Self { n, mean, variance: squares.sum::<f64>() / freedom / count }
    }

    pub(super) fn likely(&self) -> Likely {
        around(self.mean, self.variance, f64::from(self.n) - 1.0)
    }

    /// The difference of two groups that need not vary alike (Welch).
    pub(super) fn less(&self, other: &Self) -> Likely {
        let variance = self.variance + other.variance;
        let part = |one: &Self| one.variance.powi(2) / (f64::from(one.n) - 1.0).max(1.0);
        let freedom = variance.powi(2) / (part(self) + part(other));
        around(self.mean - other.mean, variance, freedom)
    }
}

/// 97.5% of Student’s t, for 1 to 30 degrees of freedom; beyond, the value for 30 errs on the side of the wider range.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

fn around(mean: f64, variance: f64, freedom: f64) -> Likely {
    // The whole degrees below; a sample without any spread has none, and needs none.
    let whole = (2_u32..=30).rev().find(|whole| f64::from(*whole) <= freedom + 1e-9);
    let at = usize::try_from(whole.unwrap_or(1)).unwrap_or(1);
    let times = STUDENT.get(at.saturating_sub(1)).copied().unwrap_or(12.706);
    let wide = times * variance.sqrt();
    Likely { mean, low: mean - wide, high: mean + wide }
}
