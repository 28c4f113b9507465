//! What lies in a ZIP file, for looking into a workbook: names, times and unpacked bytes.

/// One file inside.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Time and date as MS-DOS writes them.
    pub(crate) stamp: (u16, u16),
    pub(crate) bytes: Vec<u8>,
}

fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let bytes = &bytes[at..at + length];
    bytes
        .iter()
        .rev()
        .fold(0, |n, b| (n << 8) | usize::from(*b))
}

/// Every file inside, by the list at the end of the ZIP file.
pub(crate) fn members(zip: &[u8]) -> Vec<Member> {
    let end = zip.windows(4).rposition(|w| w == b"PK\x05\x06");
    let end = end.expect("the end of a ZIP file");
    let mut at = number(zip, end + 16, 4);
    let mut members = Vec::new();
    for _ in 0..number(zip, end + 10, 2) {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (packed, name) = (number(zip, at + 20, 4), number(zip, at + 28, 2));
        let local = number(zip, at + 42, 4);
        let start = local + 30 + number(zip, local + 26, 2) + number(zip, local + 28, 2);
        let data = &zip[start..start + packed];
        members.push(Member {
            name: String::from_utf8_lossy(&zip[at + 46..at + 46 + name]).into_owned(),
            stamp: (
                number(zip, at + 12, 2) as u16,
                number(zip, at + 14, 2) as u16,
            ),
            bytes: match number(zip, at + 10, 2) {
                0 => data.to_vec(),
                8 => inflate(data),
                method => panic!("packed by method {method}"),
            },
        });
        at += 46 + name + number(zip, at + 30, 2) + number(zip, at + 32, 2);
    }
    members
}

/// Bits from the lowest of each byte.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> usize {
        let bit = |i: usize| usize::from(self.bytes[i / 8] >> (i % 8) & 1);
        let value = (0..count).map(|k| bit(self.at + k) << k).sum();
        self.at += count;
        value
    }
}

/// A Huffman code: how many codes of each length, and the symbols in their order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn of(lengths: &[usize]) -> Self {
        let mut counts = [0; 16];
        let mut symbols = Vec::new();
        for length in 1..16 {
            let own = (0..lengths.len()).filter(|i| lengths[*i] == length);
            symbols.extend(own);
            counts[length] = lengths.iter().filter(|l| **l == length).count();
        }
        Self { counts, symbols }
    }

    fn next(&self, bits: &mut Bits<'_>) -> usize {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1);
            if code < first + count {
                return self.symbols[index + code - first];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        panic!("no such code")
    }
}

/// Unpacks a stream of RFC 1951.
fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits { bytes, at: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.take(1) == 1;
        match bits.take(2) {
            0 => {
                let at = bits.at.div_ceil(8);
                let length = number(bytes, at, 2);
                out.extend_from_slice(&bytes[at + 4..at + 4 + length]);
                bits.at = (at + 4 + length) * 8;
            }
            1 => {
                let lengths = [[8; 144].as_slice(), &[9; 112], &[7; 24], &[8; 8]].concat();
                block(
                    &mut bits,
                    &mut out,
                    &Code::of(&lengths),
                    &Code::of(&[5; 30]),
                );
            }
            _ => {
                let (literals, distances) = codes(&mut bits);
                block(&mut bits, &mut out, &literals, &distances);
            }
        }
        if last {
            return out;
        }
    }
}

fn codes(bits: &mut Bits<'_>) -> (Code, Code) {
    const ORDER: [usize; 19] = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ];
    let (literals, distances, own) = (bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4);
    let mut lengths = [0; 19];
    for place in &ORDER[..own] {
        lengths[*place] = bits.take(3);
    }
    let code = Code::of(&lengths);
    let mut lengths: Vec<usize> = Vec::new();
    while lengths.len() < literals + distances {
        let (value, times) = match code.next(bits) {
            16 => (*lengths.last().expect("a length before"), 3 + bits.take(2)),
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length, 1),
        };
        lengths.extend(std::iter::repeat_n(value, times));
    }
    (
        Code::of(&lengths[..literals]),
        Code::of(&lengths[literals..]),
    )
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, literals: &Code, distances: &Code) {
    loop {
        let symbol = literals.next(bits);
        if symbol < 256 {
            out.push(symbol as u8);
            continue;
        }
        if symbol == 256 {
            return;
        }
        let length = match symbol - 257 {
            28 => 258,
            k if k < 8 => k + 3,
            k => {
                let extra = k / 4 - 1;
                ((4 + k % 4) << extra) + 3 + bits.take(extra)
            }
        };
        let distance = match distances.next(bits) {
            k if k < 4 => k + 1,
            k => {
                let extra = k / 2 - 1;
                ((2 + k % 2) << extra) + 1 + bits.take(extra)
            }
        };
        let from = out.len() - distance;
        for i in 0..length {
            out.push(out[from + i]);
        }
    }
}
