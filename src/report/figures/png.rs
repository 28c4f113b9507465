//! A figure as a picture: the SVG of the chart layer drawn with the font that is built in, so that the picture is the
//! same whatever fonts a machine has.
//!
//! The widths that `text.rs` guesses are those of this font; what fits there fits here.

use super::encode;
use super::text::element;
use crate::error::Result;
use crate::numeric::parallel;
use crate::results::write;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// Pixels for each unit of the drawing: 1280 for a figure of 16 cm, about 200 to the inch.
const SCALE: f32 = 2.0;
/// Units of a drawing's width, which is shown 16 cm wide.
const WIDTH: f32 = 640.0;
/// Pixels of the highest picture; a higher drawing is drawn smaller, so that it does not fill the memory.
const HIGHEST: f32 = 20_000.0;
const REGULAR: &[u8] = include_bytes!("font/DejaVuSans.ttf");
const BOLD: &[u8] = include_bytes!("font/DejaVuSans-Bold.ttf");
const FAMILY: &str = "DejaVu Sans";

/// Read once; every picture shares it.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for face in [REGULAR, BOLD] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(face)));
    }
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    fonts.set_monospace_family(FAMILY);
    Arc::new(fonts)
});

/// A picture of a figure: twice as many pixels as the drawing has units, on white. `None` when the text is no drawing.
pub fn png(svg: &str) -> Option<Vec<u8>> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        // A drawing reads no file and fetches nothing.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).ok()?;
    // The size in centimetres becomes pixels of CSS; the picture has whole pixels for each unit of the view box.
    let size = tree.size();
    let scale = SCALE * WIDTH / size.width();
    let scale = scale.min(HIGHEST / size.height());
    let (width, height) = (size.width() * scale, size.height() * scale);
    let mut picture = Pixmap::new(width.round() as u32, height.round() as u32)?;
    picture.fill(Color::WHITE);
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    Some(encode::png(&picture))
}

/// A figure as a picture, with what it tells those who cannot see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// File name, `employment-weekly.png`.
    pub name: String,
    /// Title of the figure.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The pictures of figures (file name and SVG), in their order, drawn on the threads of the current pool.
///
/// # Errors
/// When a figure is not a drawing, which no figure of the chart layer is.
pub fn pictures(figures: &[(String, String)]) -> Result<Vec<Picture>> {
    let drawn = parallel::map_ordered(figures.len(), |i| {
        let (name, svg) = &figures[i];
        let bytes =
            png(svg).ok_or_else(|| write::cannot_make(&format!("a picture of `{name}`")))?;
        Ok(Picture {
            name: format!("{}.png", name.trim_end_matches(".svg")),
            title: element(svg, "title").unwrap_or_default(),
            description: element(svg, "desc").unwrap_or_default(),
            bytes,
        })
    });
    drawn.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 100\" width=\"16cm\" height=\"2.50cm\" \
        font-family=\"'Helvetica Neue', Arial, sans-serif\" font-size=\"17\"><title id=\"t\">A &lt;b&gt;</title>\
        <desc>D</desc><text x=\"10\" y=\"50\">TEXT</text></svg>";

    fn pixels(text: &str) -> Pixmap {
        let bytes = png(&DRAWING.replace("TEXT", text)).expect("a drawing");
        Pixmap::decode_png(&bytes).expect("a picture")
    }

    /// How many pixels are not white.
    fn ink(picture: &Pixmap) -> usize {
        let white = |p: &&resvg::tiny_skia::PremultipliedColorU8| p.red() < 255;
        picture.pixels().iter().filter(white).count()
    }

    #[test]
    fn a_picture_has_two_pixels_to_the_unit_and_says_that_it_is_16_cm_wide() {
        let picture = pixels("x");
        assert_eq!((picture.width(), picture.height()), (1280, 200));
        let bytes = png(DRAWING).expect("a drawing");
        // Behind the signature and the header; 8,000 pixels to the metre times 0.16 m.
        assert_eq!(&bytes[37..41], b"pHYs");
        assert_eq!(
            u32::from_be_bytes([bytes[41], bytes[42], bytes[43], bytes[44]]) * 16 / 100,
            1280
        );
    }

    #[test]
    fn the_same_drawing_gives_the_same_bytes() {
        assert_eq!(png(DRAWING), png(DRAWING));
    }

    #[test]
    fn every_sign_of_our_words_is_in_the_font_and_looks_like_no_other() {
        let missing = pixels("\u{4E00}");
        let all = concat!(
            include_str!("../words/da.ftl"),
            include_str!("../words/en.ftl"),
            include_str!("../words/report.da.ftl"),
            include_str!("../words/report.en.ftl"),
        );
        let signs: BTreeSet<char> = all.chars().filter(|c| !c.is_whitespace()).collect();
        let mut seen = BTreeSet::new();
        for sign in signs.into_iter().chain("−–…→←ÆØÅæøåäöüéß„“”’×≤≥∞€".chars())
        {
            let picture = pixels(&super::super::text::escape(&sign.to_string()));
            assert!(ink(&picture) > 0, "{sign} is not drawn");
            assert!(
                picture.data() != missing.data(),
                "{sign} is not in the font"
            );
            seen.insert(sign);
        }
        assert!(seen.len() > 80);
    }

    #[test]
    fn bold_is_drawn_bold() {
        let plain = ink(&pixels("Beskæftigelse"));
        let bold = ink(&pixels("<tspan font-weight=\"bold\">Beskæftigelse</tspan>"));
        assert!(bold > plain * 11 / 10, "{bold} against {plain}");
    }

    #[test]
    fn what_is_no_drawing_has_no_picture_and_nothing_is_fetched() {
        assert_eq!(png("<script>"), None);
        let empty = ink(&pixels(" "));
        let image = "<image href=\"/etc/hostname.svg\" width=\"100\" height=\"50\"/>";
        let with = DRAWING.replace("<text", &format!("{image}<text"));
        let bytes = png(&with.replace("TEXT", " ")).expect("a drawing");
        assert_eq!(ink(&Pixmap::decode_png(&bytes).expect("a picture")), empty);
    }

    #[test]
    fn a_picture_knows_the_words_of_its_figure() {
        let figures = [("a.svg".to_owned(), DRAWING.to_owned())];
        let pictures = pictures(&figures).expect("drawn");
        let one = &pictures[0];
        assert_eq!((one.name.as_str(), one.title.as_str()), ("a.png", "A <b>"));
        assert_eq!(one.description, "D");
        let none = [("b.svg".to_owned(), String::new())];
        assert!(super::pictures(&none).is_err());
    }
}
