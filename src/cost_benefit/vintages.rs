//! Official parameters by date: rates of discount, the cost of taxes, the net-tax factor. The table stands in
//! `tables/vintages.toml`; each value has its source, or says that it is assumed.

use crate::study::prices::{Parameter, RateStep, Vintage};
use std::collections::BTreeMap;

/// The parameters that are shipped, as they can be copied to a price file and edited.
pub const SHIPPED: &str = include_str!("tables/vintages.toml");

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    discount: Vec<RateStep>,
    discount_source: String,
    tax_distortion: Parameter,
    net_tax_factor: Parameter,
}

/// All that are shipped, the oldest first.
///
/// # Panics
/// Never: a test reads the table.
pub fn shipped() -> Vec<Vintage> {
    // Names end in the year, so that their order is that of time.
    let table: BTreeMap<String, Shipped> =
        toml::from_str(SHIPPED).expect("a test reads the shipped table");
    table
        .into_iter()
        .map(|(name, shipped)| Vintage {
            name,
            discount: shipped.discount,
            discount_source: shipped.discount_source,
            tax_distortion: shipped.tax_distortion,
            net_tax_factor: shipped.net_tax_factor,
        })
        .collect()
}

/// Names of all that are shipped, the oldest first.
pub fn names() -> Vec<String> {
    shipped().into_iter().map(|vintage| vintage.name).collect()
}

/// The official parameters of a name.
pub fn vintage(name: &str) -> Option<Vintage> {
    shipped().into_iter().find(|vintage| vintage.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost_benefit::discount::factor;

    #[test]
    fn the_shipped_table_can_be_read_and_every_value_has_a_source() {
        let all = shipped();
        assert_eq!(
            names(),
            [
                "dk-fm-1999",
                "dk-fm-2012",
                "dk-fm-2013",
                "dk-fm-2017",
                "dk-fm-2021",
                "dk-fm-2023"
            ]
        );
        for vintage in &all {
            assert!(vintage.discount_source.contains("Finansministeriet"));
            assert_eq!(vintage.discount[0].from_year, 0);
            let in_order = (vintage.discount)
                .is_sorted_by(|a, b| a.from_year < b.from_year && a.rate > b.rate);
            assert!(in_order, "{}", vintage.name);
            for parameter in [&vintage.tax_distortion, &vintage.net_tax_factor] {
                assert!(parameter.source.starts_with("Finans"));
                assert!((1.0..1.5).contains(&parameter.value));
            }
        }
    }

    #[test]
    fn values_are_those_of_their_date() {
        for (name, distortion, net_tax, after_75) in [
            ("dk-fm-2012", 1.2, 1.17, 0.025_752),
            ("dk-fm-2013", 1.2, 1.325, 0.081_570),
            ("dk-fm-2017", 1.1, 1.325, 0.081_570),
            ("dk-fm-2021", 1.1, 1.28, 0.117_334),
            ("dk-fm-2023", 1.0, 1.28, 0.117_334),
        ] {
            let vintage = vintage(name).expect("shipped");
            assert_eq!(vintage.tax_distortion.value, distortion, "{name}");
            assert_eq!(vintage.net_tax_factor.value, net_tax, "{name}");
            let factor = factor(&vintage.discount, 75.0);
            assert!((factor - after_75).abs() < 5e-7, "{name}: {factor}");
        }
        assert_eq!(vintage("dk-fm-2014"), None);
    }

    /// What nobody has read in the document that set it.
    #[test]
    fn what_is_assumed_says_so() {
        let assumed: Vec<String> = shipped()
            .iter()
            .flat_map(|v| {
                [("tax", &v.tax_distortion), ("net", &v.net_tax_factor)]
                    .into_iter()
                    .filter(|(_, p)| p.assumed)
                    .map(|(what, _)| format!("{} {what}", v.name))
            })
            .collect();
        assert_eq!(
            assumed,
            [
                "dk-fm-1999 net",
                "dk-fm-2012 net",
                "dk-fm-2013 net",
                "dk-fm-2017 net",
                "dk-fm-2021 net"
            ]
        );
    }
}
