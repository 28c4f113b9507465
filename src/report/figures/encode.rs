//! A drawing on white as PNG. A figure has few colours and long runs of each, so its pixels are numbers into a palette,
//! and a row is kept as it is or as its difference from the row above, whichever changes less.
//!
//! The general encoder of the drawing library stores four bytes to the pixel and tries five filters on each row: ten
//! times the work for larger files. The shades at the edge of lines and letters may be more than a palette holds; then
//! the rarest become the nearest of the others, which no eye can see.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use resvg::tiny_skia::Pixmap;
use std::cmp::Reverse;
use std::io::Write;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n'];
/// Pixels to the metre, so that a word processor places 1280 pixels 16 cm wide.
const DENSITY: u32 = 8_000;
/// Colours that a palette holds.
const COLOURS: usize = 256;
/// Places of the table from colours to numbers.
const PLACES: usize = 1 << BITS;
const BITS: u32 = 14;
/// With more colours than this a picture is no figure, and is stored with three bytes to the pixel.
const MOST: usize = PLACES / 2;
/// Higher levels give files a tenth smaller for several times the work.
const LEVEL: u32 = 3;

/// The pixels of a drawing, as a file.
pub(super) fn png(picture: &Pixmap) -> Vec<u8> {
    let (width, height) = (picture.width(), picture.height());
    let (colours, bytes, pixels) = match indexed(picture) {
        Some((palette, pixels)) => (Some(palette), 1, pixels),
        None => (
            None,
            3,
            picture
                .data()
                .as_chunks::<4>()
                .0
                .iter()
                .copied()
                .flat_map(opaque)
                .collect(),
        ),
    };
    let mut file = SIGNATURE.to_vec();
    let mut head = Vec::with_capacity(13);
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    // Eight bits; a palette or red, green and blue; the only compression, the only filters, no interlace.
    let kind = if colours.is_some() { 3 } else { 2 };
    head.extend([8, kind, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    let mut density = [DENSITY.to_be_bytes(), DENSITY.to_be_bytes()].concat();
    density.push(1);
    chunk(&mut file, *b"pHYs", &density);
    if let Some(colours) = &colours {
        chunk(&mut file, *b"PLTE", colours.as_flattened());
    }
    let rows = filtered(&pixels, width as usize * bytes, bytes);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
    packed.write_all(&rows).expect("memory takes every byte");
    let packed = packed.finish().expect("memory takes every byte");
    chunk(&mut file, *b"IDAT", &packed);
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], bytes: &[u8]) {
    file.extend((bytes.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(bytes);
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(bytes);
    file.extend(sum.sum().to_be_bytes());
}

/// Red, green and blue of a pixel on white: what is premultiplied lacks what shines through.
fn opaque(pixel: [u8; 4]) -> [u8; 3] {
    let white = 255 - pixel[3];
    [pixel[0], pixel[1], pixel[2]].map(|colour| colour.saturating_add(white))
}

/// The palette, and the number of each pixel's colour in it; `None` when a palette cannot serve.
fn indexed(picture: &Pixmap) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let (colours, found) = colours(picture)?;
    let (palette, number_of) = palette(&colours);
    let mut numbers = Vec::with_capacity(picture.data().len() / 4);
    for (colour, run) in found {
        numbers.resize(numbers.len() + run as usize, number_of[colour as usize]);
    }
    Some((palette, numbers))
}

/// A colour and how many pixels have it.
type Count = ([u8; 3], u32);

/// The number of a colour, and how many pixels have it side by side.
type Run = (u16, u32);

/// The colours in the order of their first use, and the picture as runs of them: which colour, and how long.
fn colours(picture: &Pixmap) -> Option<(Vec<Count>, Vec<Run>)> {
    let mut colours: Vec<Count> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    // The pixel at a place, and the number of its colour; a free place has none.
    let mut places: Vec<Option<([u8; 4], u16)>> = vec![None; PLACES];
    let pixels = picture.data().as_chunks::<4>().0;
    let mut rest = pixels;
    while let Some(pixel) = rest.first() {
        let run = rest
            .iter()
            .position(|other| other != pixel)
            .unwrap_or(rest.len());
        rest = &rest[run..];
        let mut place =
            (u32::from_le_bytes(*pixel).wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize;
        let number = loop {
            match places[place] {
                Some((held, number)) if held == *pixel => break number,
                Some(_) => place = (place + 1) % PLACES,
                None if colours.len() == MOST => return None,
                None => {
                    let number = colours.len() as u16;
                    colours.push((opaque(*pixel), 0));
                    places[place] = Some((*pixel, number));
                    break number;
                }
            }
        };
        colours[usize::from(number)].1 += run as u32;
        runs.push((number, run as u32));
    }
    Some((colours, runs))
}

/// A palette, and for each colour its number in it. With too many colours, the rarer of two neighbours gives way, and
/// neighbours are as near as they can be for the rest to fit.
fn palette(colours: &[Count]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut by_count: Vec<usize> = (0..colours.len()).collect();
    by_count.sort_by_key(|&i| (Reverse(colours[i].1), i));
    let cover = |within: u32| {
        let mut kept: Vec<[u8; 3]> = Vec::with_capacity(COLOURS);
        for &i in &by_count {
            let colour = colours[i].0;
            if within == 0 || kept.iter().all(|other| distance(*other, colour) > within) {
                if kept.len() == COLOURS {
                    return None;
                }
                kept.push(colour);
            }
        }
        Some(kept)
    };
    // All colours are neighbours at last.
    let palette = (0..=256)
        .find_map(|steps| cover(steps * steps * 3))
        .unwrap_or_default();
    let nearest = |colour: [u8; 3]| {
        let numbers = 0..palette.len();
        let best = numbers.min_by_key(|&i| distance(palette[i], colour));
        best.unwrap_or(0) as u8
    };
    let numbers = colours.iter().map(|(colour, _)| nearest(*colour)).collect();
    (palette, numbers)
}

/// Squared.
fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let square = |i: usize| u32::from(one[i].abs_diff(other[i])).pow(2);
    square(0) + square(1) + square(2)
}

/// The rows, each behind the number of its filter: 0 = as it is, 2 = less the row above.
fn filtered(pixels: &[u8], width: usize, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / width.max(1) + 1);
    let mut above: &[u8] = &vec![0; width];
    for row in pixels.chunks_exact(width.max(1)) {
        // Most rows are the row above.
        let same = row == above;
        if same || differences(row, above) <= differences(&row[bytes.min(width)..], row) {
            out.push(2);
            out.extend(row.iter().zip(above).map(|(b, a)| b.wrapping_sub(*a)));
        } else {
            out.push(0);
            out.extend_from_slice(row);
        }
        above = row;
    }
    out
}

/// At how many places two rows differ.
fn differences(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    // A sum that cannot overflow, said so: with the check, one byte at a time would be compared.
    pairs.fold(0_usize, |n, (a, b)| n.wrapping_add(usize::from(a != b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::{Color, Paint, Rect, Transform};

    /// A picture with a row of `count` colours, and one of every second row more than the others.
    fn striped(count: u32) -> Pixmap {
        let mut picture = Pixmap::new(count.max(2), 9).expect("a size");
        picture.fill(Color::WHITE);
        for x in 0..count {
            let mut paint = Paint::default();
            paint.set_color_rgba8((x % 251) as u8, (x / 251) as u8, 7, 255);
            let height = if x % 2 == 0 { 9.0 } else { 4.0 };
            let rect = Rect::from_xywh(x as f32, 0.0, 1.0, height).expect("a rectangle");
            picture.fill_rect(rect, &paint, Transform::identity(), None);
        }
        picture
    }

    fn chunks(file: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = &file[8..];
        while !rest.is_empty() {
            let long = u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
            names.push(String::from_utf8_lossy(&rest[4..8]).into_owned());
            rest = &rest[12 + long..];
        }
        names
    }

    #[test]
    fn another_reader_finds_every_pixel() {
        for (colours, palette) in [(1, true), (2, true), (255, true), (9_000, false)] {
            let picture = striped(colours);
            let file = png(&picture);
            let back = Pixmap::decode_png(&file).expect("a picture");
            assert!(back.data() == picture.data(), "{colours} colours");
            assert_eq!(
                chunks(&file).contains(&"PLTE".to_owned()),
                palette,
                "{colours}"
            );
        }
    }

    #[test]
    fn of_too_many_colours_the_rarest_become_their_neighbours() {
        let picture = striped(700);
        let back = Pixmap::decode_png(&png(&picture)).expect("a picture");
        let pairs = back.data().iter().zip(picture.data());
        let furthest = pairs.map(|(a, b)| a.abs_diff(*b)).max();
        assert!(
            furthest.is_some_and(|far| (1..=3).contains(&far)),
            "{furthest:?}"
        );
        // White is on every second column: it stays white.
        assert_eq!(back.data()[back.data().len() - 4..], [255; 4]);
    }

    #[test]
    fn a_pixel_that_is_not_quite_opaque_is_shown_on_white() {
        assert_eq!(opaque([10, 20, 254, 254]), [11, 21, 255]);
        assert_eq!(opaque([0, 0, 0, 0]), [255, 255, 255]);
        assert_eq!(opaque([9, 8, 7, 255]), [9, 8, 7]);
    }

    #[test]
    fn the_filter_of_a_row_is_the_one_that_changes_less() {
        let rows = [1, 1, 1, 1, 1, 2, 3, 4, 1, 2, 3, 4, 5, 5, 5, 5];
        let out = filtered(&rows, 4, 1);
        let filters: Vec<u8> = out.iter().step_by(5).copied().collect();
        // The last is all 5: no step inside, four from the row above.
        assert_eq!(filters, [0, 2, 2, 0]);
        assert_eq!(out[5..10], [2, 0, 1, 2, 3]);
        assert_eq!(out[10..15], [2, 0, 0, 0, 0]);
    }
}
