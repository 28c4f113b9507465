//! What was assumed of the prices: official parameters with their sources, price level, uncertain prices, refunds, the weeks beyond.

use super::Context;
use crate::cost_benefit::Prices;
use crate::report::money::{factor, rates};
use crate::report::words::numbers;
use crate::study::prices::{Beyond, Moment, Parameter};

/// Which prices are uncertain.
pub(super) fn uncertainty(context: &Context<'_>, prices: &Prices) -> String {
    let names: Vec<String> = (prices.lines.iter())
        .filter(|line| line.uncertainty.is_some())
        .map(|line| context.view.name(&line.name))
        .collect();
    if names.is_empty() {
        context.say("money-assume-certain")
    } else {
        context.tell("money-assume-uncertain", &[("lines", &names.join(", "))])
    }
}

/// Discounting, the cost of taxes and the net-tax factor.
pub(super) fn parameters(context: &Context<'_>, prices: &Prices) -> String {
    let Some(vintage) = &prices.vintage else {
        return context.say("money-assume-distortion");
    };
    let source = |parameter: &Parameter| {
        if parameter.assumed {
            context.tell("money-assumed", &[("source", &parameter.source)])
        } else {
            parameter.source.clone()
        }
    };
    let moment = match prices.discounted_at {
        Moment::Middle => context.say("money-moment-middle"),
        Moment::End => context.say("money-moment-end"),
    };
    context.tell(
        "money-assume-vintage",
        &[
            ("vintage", &vintage.name),
            ("moment", &moment),
            ("rates", &rates(vintage, &context.words)),
            ("discount-source", &vintage.discount_source),
            (
                "distortion",
                &factor(vintage.tax_distortion.value, &context.words),
            ),
            ("distortion-source", &source(&vintage.tax_distortion)),
            ("net", &factor(vintage.net_tax_factor.value, &context.words)),
            ("net-source", &source(&vintage.net_tax_factor)),
        ],
    )
}

/// The years of the prices, and what was done to bring them together.
pub(super) fn level(context: &Context<'_>, prices: &Prices, years: &str) -> String {
    match (&prices.deflator, &prices.vintage) {
        (Some(deflator), _) => context.tell(
            "money-assume-level",
            &[("years", years), ("source", &deflator.source)],
        ),
        (None, Some(_)) => context.tell("money-assume-years-lifted", &[("years", years)]),
        (None, None) => context.tell("money-assume-years", &[("years", years)]),
    }
}

/// Every refund with its rule.
pub(super) fn refunds(context: &Context<'_>, prices: &Prices) -> Vec<String> {
    let refund = |line: &crate::cost_benefit::Line| {
        let refund = line.refund.as_ref()?;
        Some(context.tell(
            "money-assume-refund",
            &[
                ("line", &context.view.name(&line.name)),
                ("of", &context.view.name(&refund.of)),
                ("rule", &refund.rule),
            ],
        ))
    };
    prices.lines.iter().filter_map(refund).collect()
}

/// What is assumed of the weeks after the horizon.
pub(super) fn beyond(context: &Context<'_>, prices: &Prices) -> Option<String> {
    let beyond = prices.extrapolation?;
    let weeks = |weeks: u32| {
        let count = numbers::count(u64::from(weeks), context.language());
        context.words.quantity(&count, "week")
    };
    let key = match beyond.rule {
        Beyond::Constant => "money-assume-beyond-constant",
        Beyond::FadeOut => "money-assume-beyond-fade_out",
    };
    Some(context.tell(
        key,
        &[
            ("base", &weeks(beyond.base)),
            ("weeks", &weeks(beyond.weeks)),
        ],
    ))
}
