//! The regression of one number per person on treatment D, moderator m and D x m, with a dummy for every stratum: the
//! coefficient of D x m says how much the effect of the treatment changes with one unit of m.
//!
//! Dummies are taken out first (Frisch, Waugh and Lovell): everything is measured from its mean in the stratum, and what
//! is left is a system of three. With z~ a person's numbers so measured, A = sum z~ z~', r the row of D x m in its inverse and
//! e the residual, the squared standard error is sum (r z~)^2 e^2 / (1 - h), h = 1 / n_s + z~' A^-1 z~ (HC2); over clusters
//! G / (G - 1) sum over clusters of (sum r z~ e)^2.

use crate::numeric::cholesky::Cholesky;

/// Numbers of a person beside the stratum: D, m, D x m.
const SIZE: usize = 3;

/// A person who lies this near to a perfect fit has no residual.
const PERFECT: f64 = 1e-10;

/// One person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Person {
    /// Unit of the class table.
    pub unit: u32,
    pub stratum: u32,
    pub treated: bool,
    /// The moderator, measured from its mean.
    pub moderator: f64,
    pub outcome: f64,
}

/// Sums over the persons of one stratum and arm.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n: f64,
    m: f64,
    mm: f64,
    y: f64,
    my: f64,
}

/// What was fitted.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// Of D, m, D x m.
    pub coefficients: [f64; SIZE],
    factor: Cholesky,
    /// By stratum: persons, and the means of D, m, D x m and the outcome.
    means: Vec<(f64, [f64; SIZE + 1])>,
}

/// Fits persons who count as often as `weight` says; `None` where treatment, moderator and their product are not three
/// different things.
pub(super) fn fit(
    persons: &[Person],
    strata: usize,
    weight: impl Fn(&Person) -> f64,
) -> Option<Fit> {
    let mut sums = vec![[Sums::default(); 2]; strata];
    for person in persons {
        let w = weight(person);
        if w == 0.0 {
            continue;
        }
        let (m, y) = (person.moderator, person.outcome);
        let own = &mut sums[person.stratum as usize][usize::from(person.treated)];
        own.n += w;
        own.m += w * m;
        own.mm += w * m * m;
        own.y += w * y;
        own.my += w * m * y;
    }
    let mut triangle = [0.0; SIZE * (SIZE + 1) / 2];
    let mut right = [0.0; SIZE];
    let mut means = Vec::with_capacity(strata);
    for [control, treated] in &sums {
        let n = control.n + treated.n;
        let whole = [treated.n, control.m + treated.m, treated.m];
        let y = control.y + treated.y;
        let mm = control.mm + treated.mm;
        let products = [treated.n, treated.m, mm, treated.m, treated.mm, treated.mm];
        let with = [treated.y, control.my + treated.my, treated.my];
        if n == 0.0 {
            means.push((0.0, [0.0; SIZE + 1]));
            continue;
        }
        let mut place = 0;
        for row in 0..SIZE {
            for column in 0..=row {
                triangle[place] += products[place] - whole[row] * whole[column] / n;
                place += 1;
            }
            right[row] += with[row] - whole[row] * y / n;
        }
        means.push((n, [whole[0] / n, whole[1] / n, whole[2] / n, y / n]));
    }
    let factor = Cholesky::new(&triangle, SIZE);
    if factor.rank() < SIZE {
        return None;
    }
    factor.solve(&mut right);
    Some(Fit {
        coefficients: right,
        factor,
        means,
    })
}

impl Fit {
    /// Squared standard error of the coefficient of D x m over persons (HC2), `size` of them each.
    pub fn over_persons(&self, persons: &[Person], size: impl Fn(&Person) -> f64) -> f64 {
        let mut sum = 0.0;
        for person in persons {
            let (influence, leverage) = self.influence(person);
            if leverage < 1.0 - PERFECT {
                sum += size(person) * influence * influence / (1.0 - leverage);
            }
        }
        sum
    }

    /// The same over clusters, whose persons stand together.
    pub fn over_clusters(&self, persons: &[Person]) -> f64 {
        let clusters = persons.chunk_by(|a, b| a.unit == b.unit);
        let (mut count, mut sum) = (0.0, 0.0);
        for cluster in clusters {
            let own: f64 = cluster.iter().map(|p| self.influence(p).0).sum();
            count += 1.0;
            sum += own * own;
        }
        sum * count / (count - 1.0)
    }

    /// A person's influence on the coefficient of D x m, and leverage.
    fn influence(&self, person: &Person) -> (f64, f64) {
        let d = f64::from(u8::from(person.treated));
        let (n, means) = &self.means[person.stratum as usize];
        let own = [d, person.moderator, d * person.moderator];
        let mut z = [0.0; SIZE];
        let mut residual = person.outcome - means[SIZE];
        for k in 0..SIZE {
            z[k] = own[k] - means[k];
            residual -= self.coefficients[k] * z[k];
        }
        let mut inverse = z;
        self.factor.solve(&mut inverse);
        let leverage: f64 = z.iter().zip(&inverse).map(|(a, b)| a * b).sum();
        (inverse[SIZE - 1] * residual, 1.0 / n + leverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(unit: u32, stratum: u32, treated: bool, moderator: f64, outcome: f64) -> Person {
        Person {
            unit,
            stratum,
            treated,
            moderator,
            outcome,
        }
    }

    fn close(found: f64, known: f64) {
        assert!((found - known).abs() < 1e-12, "{found} is not {known}");
    }

    #[test]
    fn two_arms_with_a_line_each_differ_by_their_slopes() {
        // Control: m = -1, 0, 1 with y = 0, 1, 5: slope 5/2. Treated: m = -1, 1 with y = 2, 10: slope 4. 4 - 5/2 = 3/2.
        let persons = [
            person(0, 0, false, -1.0, 0.0),
            person(1, 0, false, 0.0, 1.0),
            person(2, 0, false, 1.0, 5.0),
            person(3, 0, true, -1.0, 2.0),
            person(4, 0, true, 1.0, 10.0),
        ];
        let found = fit(&persons, 1, |_| 1.0).unwrap();
        close(found.coefficients[2], 1.5);
        // The treated lie on their line (leverage 1). Residuals of the control are 1/2, -1 and 1/2, their leverages 5/6, 1/3
        // and 5/6, their influence on the slope m / 2: 2 x (1/4)^2 / (1/6) = 3/4; the middle one has none.
        close(found.over_persons(&persons, |_| 1.0), 0.75);
    }

    #[test]
    fn a_person_twice_is_a_weight_of_two_and_a_shift_of_a_stratum_changes_nothing() {
        let rows = [
            (0, false, -1.0, 0.0),
            (0, false, 0.5, 1.5),
            (0, true, 2.0, 4.0),
            (0, true, -0.5, 1.0),
            (1, false, 1.0, 2.0),
            (1, false, -2.0, 0.0),
            (1, true, 0.0, 7.0),
            (1, true, 1.0, 6.0),
        ];
        let of = |shift: f64| -> Vec<Person> {
            (rows.iter().enumerate())
                .map(|(i, &(s, d, m, y))| person(i as u32, s, d, m, y + shift * f64::from(s)))
                .collect()
        };
        let twice = |p: &Person| if p.unit == 2 { 2.0 } else { 1.0 };
        let mut listed = of(0.0);
        listed.push(listed[2]);
        let (one, other) = (
            fit(&of(0.0), 2, twice).unwrap(),
            fit(&listed, 2, |_| 1.0).unwrap(),
        );
        let moved = fit(&of(100.0), 2, twice).unwrap();
        for k in 0..SIZE {
            close(one.coefficients[k], other.coefficients[k]);
            assert!((one.coefficients[k] - moved.coefficients[k]).abs() < 1e-10);
        }
        close(
            one.over_persons(&of(0.0), twice),
            other.over_persons(&listed, |_| 1.0),
        );
    }

    #[test]
    fn a_moderator_that_does_not_vary_moderates_nothing() {
        let persons = [
            person(0, 0, false, 0.0, 0.0),
            person(1, 0, false, 0.0, 1.0),
            person(2, 0, true, 0.0, 5.0),
            person(3, 0, true, 0.0, 2.0),
        ];
        assert!(fit(&persons, 1, |_| 1.0).is_none());
    }
}
