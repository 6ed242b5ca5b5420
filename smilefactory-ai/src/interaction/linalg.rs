//! The little dense linear algebra the models need: symmetric positive definite systems.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    size: usize,
    cells: Vec<f64>,
}

/// The matrix is not positive definite, so there is nothing to solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotPositiveDefinite;

impl Square {
    /// Zero but for the diagonal.
    pub(crate) fn diagonal(size: usize, value: f64) -> Self {
        let mut square = Self { size, cells: vec![0.0; size * size] };
        for i in 0..size {
            square.add(i, i, value);
        }
        square
    }

    /// Adds to a cell; one outside is nobody's.
    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell += value;
        }
    }

    /// Adds `weight · v vᵀ`.
    pub(crate) fn add_outer(&mut self, v: &[f64], weight: f64) {
        for (row, a) in self.cells.chunks_exact_mut(self.size.max(1)).zip(v) {
            let scaled = weight * a;
            if scaled != 0.0 {
                for (cell, b) in row.iter_mut().zip(v) {
                    *cell += scaled * b;
                }
            }
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn row(&self, i: usize) -> Option<&[f64]> {
        self.cells.get(i * self.size..(i + 1) * self.size)
    }

    /// Divides every column by its negative diagonal cell and clears the diagonal: from an inverse Gram matrix to the
    /// regression of each item on the others.
    pub(crate) fn scale_columns_by_negative_diagonal(&mut self) {
        let diagonal: Vec<f64> =
            self.rows().enumerate().map(|(i, row)| row.get(i).copied().unwrap_or(1.0)).collect();
        for (i, row) in self.cells.chunks_exact_mut(self.size.max(1)).enumerate() {
            for (j, (cell, pivot)) in row.iter_mut().zip(&diagonal).enumerate() {
                *cell = if i == j { 0.0 } else { -*cell / pivot };
            }
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks_exact(self.size.max(1))
    }

    /// The lower triangle L with L Lᵀ = self. Only the lower triangle of self is read.
    pub(crate) fn cholesky(&self) -> Result<Cholesky, NotPositiveDefinite> {
        let n = self.size;
        let mut lower: Vec<f64> = Vec::with_capacity(n * n);
        for (i, given) in self.rows().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(n);
            for (earlier, cell) in lower.chunks_exact(n).zip(given) {
                let pivot = earlier.get(row.len()).copied().unwrap_or(1.0);
                row.push((cell - dot(earlier, &row)) / pivot);
            }
            let pivot = given.get(i).copied().unwrap_or(0.0) - dot(&row, &row);
            if pivot.is_nan() || pivot <= 0.0 {
                return Err(NotPositiveDefinite);
            }
            row.push(pivot.sqrt());
            row.resize(n, 0.0);
            lower.extend(row);
        }
        Ok(Cholesky { size: n, lower })
    }
}

/// A factored matrix, ready to solve with.
#[derive(Clone, Debug)]
pub(crate) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    fn rows(&self) -> impl DoubleEndedIterator<Item = (usize, &[f64])> {
        self.lower.chunks_exact(self.size.max(1)).enumerate()
    }

    /// The x with A x = b.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = self.forward(b);
        // Backward by columns of Lᵀ, which are rows of L.
        for (i, row) in self.rows().rev() {
            let (before, rest) = x.split_at_mut(i);
            if let (Some(value), Some(pivot)) = (rest.first_mut(), row.get(i)) {
                *value /= pivot;
                let value = *value;
                for (target, l) in before.iter_mut().zip(row) {
                    *target -= l * value;
                }
            }
        }
        x
    }

    /// The y with L y = b.
    fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::with_capacity(self.size);
        for ((i, row), right) in self.rows().zip(b) {
            let pivot = row.get(i).copied().unwrap_or(1.0);
            y.push((right - dot(row, &y)) / pivot);
        }
        y
    }

    /// The inverse, a column at a time. Symmetric up to rounding.
    pub(crate) fn inverse(&self) -> Square {
        let mut cells = Vec::with_capacity(self.size * self.size);
        let mut unit = vec![0.0; self.size];
        for i in 0..self.size {
            if let Some(one) = unit.get_mut(i) {
                *one = 1.0;
            }
            cells.extend(self.solve(&unit));
            if let Some(one) = unit.get_mut(i) {
                *one = 0.0;
            }
        }
        Square { size: self.size, cells }
    }
}

/// Inner product over the shorter length. Four sums at a time, which the compiler turns into vector instructions; the
/// order of additions is fixed, so the result is the same everywhere.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (a.get(..n).unwrap_or(a), b.get(..n).unwrap_or(b));
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (x, y) in a.iter().zip(b) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn solves_a_known_system() {
        // [4 2; 2 3] x = [8; 7] has x = [1.25, 1.5].
        let mut a = Square::diagonal(2, 3.0);
        a.add(0, 0, 1.0);
        a.add(0, 1, 2.0);
        a.add(1, 0, 2.0);
        let x = a.cholesky().unwrap().solve(&[8.0, 7.0]);
        assert!((x[0] - 1.25).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12, "{x:?}");
    }

    #[test]
    fn refuses_what_is_not_positive_definite() {
        assert!(Square::diagonal(3, 0.0).cholesky().is_err());
        assert!(Square::diagonal(3, -1.0).cholesky().is_err());
        assert!(Square::diagonal(2, f64::NAN).cholesky().is_err());
    }

    #[test]
    fn an_empty_system_has_an_empty_solution() {
        assert!(Square::diagonal(0, 1.0).cholesky().unwrap().solve(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_inverse_times_the_matrix_is_one(
            vectors in prop::collection::vec(prop::collection::vec(-2.0f64..2.0, 7), 1..12),
        ) {
            let mut a = Square::diagonal(7, 0.5);
            for v in &vectors {
                a.add_outer(v, 1.0);
            }
            let inverse = a.cholesky().unwrap().inverse();
            for (i, row) in a.rows().enumerate() {
                for (j, column) in inverse.rows().enumerate() {
                    let expected = if i == j { 1.0 } else { 0.0 };
                    prop_assert!((dot(row, column) - expected).abs() < 1e-8);
                }
            }
        }
    }
}
