//! Indices of prices by year that are shipped. The table stands in `tables/indices.toml`; each has the place it was read.

use crate::study::prices::Deflator;
use std::collections::BTreeMap;

/// The indices that are shipped, as they can be copied to a price file and edited.
pub const SHIPPED: &str = include_str!("tables/indices.toml");

/// All that are shipped, by name.
///
/// # Panics
/// Never: a test reads the table.
pub fn shipped() -> BTreeMap<String, Deflator> {
    toml::from_str(SHIPPED).expect("a test reads the shipped table")
}

/// The index of a name.
pub fn named(name: &str) -> Option<Deflator> {
    shipped().remove(name)
}

/// The name under which an index is shipped.
pub fn name_of(deflator: &Deflator) -> Option<String> {
    let mut all = shipped().into_iter();
    all.find(|(_, shipped)| shipped == deflator)
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_can_be_read_and_says_where_it_is_from() {
        for (name, deflator) in shipped() {
            assert!(deflator.source.len() > 40, "{name}");
            let years: Vec<i32> = deflator.index.keys().copied().collect();
            assert!(
                years.windows(2).all(|pair| pair[1] == pair[0] + 1),
                "{name}"
            );
            assert!(deflator.index.values().all(|index| *index > 0.0));
            assert_eq!(name_of(&deflator), Some(name));
        }
    }

    /// The yearly rates that it was chained from, as they were read, to the digits that the index keeps.
    #[test]
    fn consumer_prices_rise_by_the_rates_that_were_read() {
        let index = named("dk-cpi").expect("shipped").index;
        for (year, rate) in [
            (2008, 3.416_268),
            (2013, 0.789_072),
            (2016, 0.25),
            (2022, 7.696_567),
            (2023, 3.305_178),
        ] {
            let found = 100.0 * (index[&year] / index[&(year - 1)] - 1.0);
            assert!((found - rate).abs() < 0.015, "{year}: {found}");
        }
        assert_eq!(index[&2015], 100.0);
        // Another series of the World Bank, FP.CPI.TOTL with 2005 = 100, read apart from the rates.
        for (year, level) in [
            (1998, 86.013),
            (2001, 92.856),
            (2010, 111.076),
            (2012, 116.890),
        ] {
            let found = 100.0 * index[&year] / index[&2005];
            assert!((found - level).abs() < 0.05, "{year}: {found}");
        }
    }
}
