//! Values as they were written, each with its place: the building blocks of [`super::raw`].
//!
//! No `serde(untagged)`: each visitor says itself which forms it takes, so that errors stay readable.

pub(super) use super::written_or::{TextOr, TextsOr};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_spanned::Spanned;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

/// A value and its byte span in the study file.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

impl<T> At<T> {
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

impl At<String> {
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        let span = spanned.span();
        Ok(Self::new(spanned.into_inner(), span))
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// One text or a list of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts(pub Vec<At<String>>);

pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<At<T>>),
}

pub(super) struct OneOrManyVisitor<T>(pub PhantomData<T>);

impl<'de, T: FromScalar> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one text or a list of texts")
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(OneOrMany::One(T::text(v)))
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Self::Value, E> {
        T::number(v as f64).map(OneOrMany::One).ok_or_else(|| {
            de::Error::invalid_type(de::Unexpected::Signed(v), &"one text or a list of texts")
        })
    }
    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Self::Value, E> {
        T::number(v).map(OneOrMany::One).ok_or_else(|| {
            de::Error::invalid_type(de::Unexpected::Float(v), &"one text or a list of texts")
        })
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut many = Vec::new();
        while let Some(item) = seq.next_element::<At<Scalar<T>>>()? {
            many.push(At::new(item.value.0, item.span));
        }
        Ok(OneOrMany::Many(many))
    }
}

impl<'de, T: FromScalar> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

fn one_or_many<'de, T: FromScalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<At<T>>, D::Error> {
    let whole = At::<OneOrMany<T>>::deserialize(deserializer)?;
    Ok(match whole.value {
        OneOrMany::One(one) => vec![At::new(one, whole.span)],
        OneOrMany::Many(many) => many,
    })
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

impl JsonSchema for Texts {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] })
    }
}

/// A label as it stands in the data: `1`, `1.0` and `"1"` are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label(pub String);

/// One label or a list of labels.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelList(pub Vec<At<Label>>);

/// What a text or a number becomes.
pub(super) trait FromScalar: Sized {
    fn text(text: &str) -> Self;
    fn number(number: f64) -> Option<Self>;
}

impl FromScalar for String {
    fn text(text: &str) -> Self {
        text.to_owned()
    }
    fn number(_: f64) -> Option<Self> {
        None
    }
}

impl FromScalar for Label {
    fn text(text: &str) -> Self {
        Self(normal_label(text))
    }
    fn number(number: f64) -> Option<Self> {
        Some(Self(normal_label(&number.to_string())))
    }
}

/// The one form of a label: trimmed, and a whole number without its decimals.
pub fn normal_label(text: &str) -> String {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if let Some((whole, decimals)) = digits.split_once('.')
        && !whole.is_empty()
        && whole.bytes().all(|b| b.is_ascii_digit())
        && !decimals.is_empty()
        && decimals.bytes().all(|b| b == b'0')
    {
        return text[..text.len() - decimals.len() - 1].to_owned();
    }
    text.to_owned()
}

struct Scalar<T>(T);

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: FromScalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = Scalar<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Scalar(T::text(v)))
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Self::Value, E> {
        self.visit_f64(v as f64)
    }
    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Self::Value, E> {
        T::number(v)
            .map(Scalar)
            .ok_or_else(|| de::Error::invalid_type(de::Unexpected::Float(v), &"a text"))
    }
}

impl<'de, T: FromScalar> Deserialize<'de> for Scalar<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::<Self>::deserialize(deserializer).map(|s| s.0)
    }
}

impl<'de> Deserialize<'de> for LabelList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

impl JsonSchema for Label {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, { "type": "number" }] })
    }
}

impl JsonSchema for LabelList {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "LabelList".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string" },
            { "type": "number" },
            { "type": "array", "items": { "anyOf": [{ "type": "string" }, { "type": "number" }] } },
        ] })
    }
}

/// A point in time: a week as a number, or an ISO week or date as text; a TOML date is the same as its text.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment(pub String);

struct MomentVisitor;

impl<'de> Visitor<'de> for MomentVisitor {
    type Value = Moment;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a week or a date")
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Moment, E> {
        Ok(Moment(v.trim().to_owned()))
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Moment, E> {
        Ok(Moment(v.to_string()))
    }
    // A TOML date arrives as a map with one key, whose value is its text.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Moment, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((_, text)) => Ok(Moment(text)),
            None => Ok(Moment(String::new())),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "integer" }, { "type": "string", "format": "date" }] })
    }
}

/// The last week, one week, or a list of weeks.
#[derive(Clone, Debug, Default)]
pub(super) struct Weeks(pub Vec<At<i64>>);

struct WeeksVisitor;

impl<'de> Visitor<'de> for WeeksVisitor {
    /// One week without its place, or several with theirs.
    type Value = (Option<i64>, Vec<At<i64>>);
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`last`, a week or a list of weeks")
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok((None, Vec::new()))
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Self::Value, E> {
        Ok((Some(v), Vec::new()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut weeks = Vec::new();
        while let Some(week) = seq.next_element()? {
            weeks.push(week);
        }
        Ok((None, weeks))
    }
}

impl<'de> Deserialize<'de> for Weeks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written((Option<i64>, Vec<At<i64>>));
        impl<'de> Deserialize<'de> for Written {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(WeeksVisitor).map(Self)
            }
        }
        let At { value, span } = At::<Written>::deserialize(deserializer)?;
        Ok(Self(match value.0 {
            (Some(one), _) => vec![At::new(one, span)],
            (None, many) => many,
        }))
    }
}

impl JsonSchema for Weeks {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Weeks".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string", "enum": ["last"] },
            { "type": "integer" },
            { "type": "array", "items": { "type": "integer" } },
        ] })
    }
}

/// A table of named things, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(pub Vec<(At<String>, T)>);

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(At<String>, T)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        entries.sort_by_key(|(key, _)| key.span.start);
        Ok(Named(entries))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Named{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": item })
    }
}

#[cfg(test)]
mod tests {
    use super::normal_label;

    #[test]
    fn one_and_one_point_nought_are_the_same_label() {
        assert_eq!(normal_label("1.0"), "1");
        assert_eq!(normal_label(" 1 "), "1");
        assert_eq!(normal_label("1.5"), "1.5");
        assert_eq!(normal_label("v1.0"), "v1.0");
        assert_eq!(normal_label("-2.00"), "-2");
    }
}
