//! Expected values as people write them: `7/12`, `sqrt(5/36)`, `1/4 - 1.96*sqrt(13/16)`, `chi2sf(45/13, 1)`.

use std::iter::Peekable;
use std::str::Chars;

/// Evaluates an expression of numbers, `+ - * / ( )` and the functions `sqrt`, `exp`, `ln`, `pow(x, y)`,
/// `wald(z)` (two-sided normal p) and `chi2sf(x, df)` (upper tail of chi-square).
pub(crate) fn evaluate(text: &str) -> Result<f64, String> {
    let mut reader = Reader {
        rest: text.chars().peekable(),
    };
    let value = reader.sum()?;
    match reader.next() {
        None => Ok(value),
        Some(c) => Err(format!("`{c}` is left over in `{text}`")),
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        self.peek()?;
        self.rest.next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let here = self.peek() == Some(wanted);
        if here {
            self.rest.next();
        }
        here
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value += self.product()?;
            } else if self.take('-') {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut value = self.factor()?;
        loop {
            if self.take('*') {
                value *= self.factor()?;
            } else if self.take('/') {
                value /= self.factor()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Result<f64, String> {
        match self.peek() {
            Some('-') => {
                self.next();
                Ok(-self.factor()?)
            }
            Some('(') => Ok(self.arguments()?[0]),
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.call(),
            other => Err(format!("a number was expected, not {other:?}")),
        }
    }

    fn number(&mut self) -> Result<f64, String> {
        let mut text = String::new();
        while let Some(c) = self.rest.peek().copied() {
            let exponent = matches!(c, 'e' | 'E');
            let sign = matches!(c, '-' | '+') && text.ends_with(['e', 'E']);
            if !(c.is_ascii_digit() || c == '.' || exponent || sign) {
                break;
            }
            text.push(c);
            self.rest.next();
        }
        text.parse()
            .map_err(|error| format!("`{text}` is not a number: {error}"))
    }

    fn call(&mut self) -> Result<f64, String> {
        let mut name = String::new();
        while let Some(c) = self.rest.next_if(char::is_ascii_alphanumeric) {
            name.push(c);
        }
        let given = self.arguments()?;
        match (name.as_str(), given.as_slice()) {
            ("sqrt", [x]) => Ok(x.sqrt()),
            ("exp", [x]) => Ok(libm::exp(*x)),
            ("ln", [x]) => Ok(libm::log(*x)),
            ("pow", [x, y]) => Ok(libm::pow(*x, *y)),
            ("wald", [z]) => Ok(libm::erfc(z.abs() / 2f64.sqrt())),
            ("chi2sf", [x, df]) => Ok(chi_square_tail(*x, *df)),
            _ => Err(format!("no function `{name}` of {} values", given.len())),
        }
    }

    /// One or more values in parentheses.
    fn arguments(&mut self) -> Result<Vec<f64>, String> {
        if !self.take('(') {
            return Err("`(` was expected".to_owned());
        }
        let mut values = vec![self.sum()?];
        while self.take(',') {
            values.push(self.sum()?);
        }
        if self.take(')') {
            Ok(values)
        } else {
            Err("`)` was expected".to_owned())
        }
    }
}

/// Upper tail of chi-square with whole degrees of freedom: Q(1/2, y) = erfc(sqrt y), Q(1, y) = exp(-y), and
/// Q(a + 1, y) = Q(a, y) + y^a exp(-y) / Gamma(a + 1), with y = x/2.
fn chi_square_tail(x: f64, df: f64) -> f64 {
    let y = x.max(0.0) / 2.0;
    let odd = df % 2.0 > 0.5;
    let (mut a, mut tail) = if odd {
        (0.5, libm::erfc(y.sqrt()))
    } else {
        (1.0, libm::exp(-y))
    };
    while a < df / 2.0 {
        tail += libm::pow(y, a) * libm::exp(-y) / libm::tgamma(a + 1.0);
        a += 1.0;
    }
    tail
}

fn close(text: &str, value: f64) {
    let got = evaluate(text).expect("a good expression");
    assert!((got - value).abs() < 1e-12, "{text} = {got}, not {value}");
}

#[test]
fn fractions_and_signs_are_read_as_written() {
    close("7/12", 7.0 / 12.0);
    close("-2/3", -2.0 / 3.0);
    close("1 - 2 - 3", -4.0);
    close("2 + 3*4", 14.0);
    close("8/4/2", 1.0);
    close("-(1/4 - 3/4)", 0.5);
    close("2.5e-1", 0.25);
}

#[test]
fn functions_have_their_textbook_values() {
    close("sqrt(5/36)", 0.372_677_996_249_964_95);
    close("1/4 - 1.959963984540054*sqrt(4)", -3.669_927_969_080_108);
    close("wald(0)", 1.0);
    close("wald(-1.959963984540054)", 0.05);
    // With 2 degrees of freedom the upper tail is exp(-x/2).
    close("chi2sf(3, 2) - exp(-3/2)", 0.0);
    close("chi2sf(3.841458820694124, 1)", 0.05);
    // Tables of chi-square: 5 % points of 3 and 6 degrees of freedom.
    close("chi2sf(7.814727903251178, 3)", 0.05);
    close("chi2sf(12.591587243743977, 6)", 0.05);
    close("pow(2, 10) + ln(1)", 1024.0);
}

#[test]
fn a_slip_of_the_pen_is_refused() {
    for text in ["", "1/", "sqrt 4", "sqrt(4", "1 2", "cube(3)", "1..2"] {
        assert!(evaluate(text).is_err(), "`{text}` was read");
    }
}
