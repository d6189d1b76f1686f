//! Unpacking of records: frames of at most 16 MiB, each with its own codec.

use super::cursor::{Damage, Parse};

/// The name of the codec in a `fCompress` setting: 100 times the algorithm, plus the level.
pub(super) fn codec_name(setting: i32) -> &'static str {
    match (setting / 100, setting % 100) {
        (_, ..=0) => "none",
        (0 | 1, _) => "zlib",
        (2, _) => "lzma",
        (3, _) => "old zlib",
        (4, _) => "lz4",
        (5, _) => "zstd",
        _ => "unknown",
    }
}

/// The name of the codec of a frame.
pub(super) fn codec_of(magic: [u8; 2]) -> Option<&'static str> {
    Some(match &magic {
        b"ZL" => "zlib",
        b"XZ" => "lzma",
        b"CS" => "old zlib",
        b"L4" => "lz4",
        b"ZS" => "zstd",
        _ => return None,
    })
}

const HEAD: usize = 9;
const LZ4_CHECKSUM: usize = 8;
/// The dictionary of xz's highest preset needs 65 MiB.
const LZMA_MEMORY: u64 = 256 << 20;

/// Unpacks record after record with the same working memory.
#[derive(Default)]
pub(super) struct Unpacker {
    zlib: Option<flate2::Decompress>,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

/// The head of a frame, and its bytes.
struct Frame<'a> {
    magic: [u8; 2],
    packed: &'a [u8],
    plain_bytes: usize,
}

fn next_frame<'a>(bytes: &mut &'a [u8]) -> Parse<Frame<'a>> {
    let short = || Damage::new("a packed record ends too early");
    let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(short)?;
    let three = |at: usize| {
        usize::from(head[at]) | usize::from(head[at + 1]) << 8 | usize::from(head[at + 2]) << 16
    };
    let (packed, after) = rest.split_at_checked(three(3)).ok_or_else(short)?;
    *bytes = after;
    Ok(Frame {
        magic: [head[0], head[1]],
        packed,
        plain_bytes: three(6),
    })
}

/// Bytes that one packed byte can become: the most that each format can say, so that no record
/// makes us allocate what it cannot hold.
fn largest_ratio(magic: [u8; 2]) -> usize {
    match &magic {
        b"ZL" => 1032,
        b"L4" => 255,
        b"XZ" => 1 << 13,
        _ => 1 << 15,
    }
}

impl Unpacker {
    /// Replaces what is in `plain` by the `expected` bytes that are packed in `bytes`.
    pub fn unpack(&mut self, mut bytes: &[u8], expected: usize, plain: &mut Vec<u8>) -> Parse<()> {
        let mut done = 0;
        while done < expected {
            let frame = next_frame(&mut bytes)?;
            let end = done + frame.plain_bytes;
            // Small records have heads of their own, hence the constant.
            let possible = (frame.packed.len() + 64).saturating_mul(largest_ratio(frame.magic));
            if frame.plain_bytes == 0 || end > expected || frame.plain_bytes > possible {
                return Err(Damage::new("a packed record gives a wrong length"));
            }
            if plain.len() < end {
                plain.resize(end, 0);
            }
            self.frame(&frame, &mut plain[done..end])?;
            done = end;
        }
        plain.truncate(expected);
        Ok(())
    }

    fn frame(&mut self, frame: &Frame, plain: &mut [u8]) -> Parse<()> {
        let codec =
            codec_of(frame.magic).ok_or_else(|| Damage::new("a packed record names no codec"))?;
        let filled = match codec {
            "zlib" => self.zlib(frame.packed, plain),
            "lzma" => lzma(frame.packed, plain),
            "lz4" => lz4(frame.packed, plain)?,
            "zstd" => self.zstd(frame.packed, plain),
            _ => {
                return Err(Damage::new(
                    "it is packed with `CS`, the codec of ROOT before version 3, which is not read",
                ));
            }
        };
        if filled == Some(plain.len()) {
            Ok(())
        } else {
            Err(Damage(format!("its {codec} data cannot be unpacked")))
        }
    }

    fn zlib(&mut self, packed: &[u8], plain: &mut [u8]) -> Option<usize> {
        let zlib = self
            .zlib
            .get_or_insert_with(|| flate2::Decompress::new(true));
        zlib.reset(true);
        let status = zlib
            .decompress(packed, plain, flate2::FlushDecompress::Finish)
            .ok()?;
        // The end of the stream holds its checksum.
        (status == flate2::Status::StreamEnd).then(|| zlib.total_out() as usize)
    }

    fn zstd(&mut self, packed: &[u8], plain: &mut [u8]) -> Option<usize> {
        if self.zstd.is_none() {
            self.zstd = zstd::bulk::Decompressor::new().ok();
        }
        self.zstd.as_mut()?.decompress_to_buffer(packed, plain).ok()
    }
}

fn lzma(packed: &[u8], plain: &mut [u8]) -> Option<usize> {
    let mut stream = liblzma::stream::Stream::new_stream_decoder(LZMA_MEMORY, 0).ok()?;
    let status = stream
        .process(packed, plain, liblzma::stream::Action::Finish)
        .ok()?;
    (status == liblzma::stream::Status::StreamEnd).then(|| stream.total_out() as usize)
}

fn lz4(packed: &[u8], plain: &mut [u8]) -> Parse<Option<usize>> {
    let (checksum, block) = packed
        .split_first_chunk::<LZ4_CHECKSUM>()
        .ok_or_else(|| Damage::new("a packed record ends too early"))?;
    if twox_hash::XxHash64::oneshot(0, block) != u64::from_be_bytes(*checksum) {
        return Err(Damage::new("its lz4 data do not have their checksum"));
    }
    Ok(lz4_flex::block::decompress_into(block, plain).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const LARGEST: usize = (1 << 24) - 1;

    fn text(bytes: usize) -> Vec<u8> {
        (0..bytes as u32)
            .map(|i| (i.wrapping_mul(i) >> 11) as u8)
            .collect()
    }

    fn pack(magic: [u8; 2], plain: &[u8]) -> Vec<u8> {
        match &magic {
            b"ZL" => {
                let fast = flate2::Compression::fast();
                let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), fast);
                zlib.write_all(plain).unwrap();
                zlib.finish().unwrap()
            }
            b"XZ" => liblzma::encode_all(plain, 0).unwrap(),
            b"L4" => {
                let block = lz4_flex::block::compress(plain);
                let checksum = twox_hash::XxHash64::oneshot(0, &block).to_be_bytes();
                [&checksum, &block[..]].concat()
            }
            _ => zstd::bulk::compress(plain, 1).unwrap(),
        }
    }

    fn frames(magic: [u8; 2], plain: &[u8], largest: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for part in plain.chunks(largest) {
            let packed = pack(magic, part);
            out.extend(magic);
            out.push(0);
            out.extend(&(packed.len() as u32).to_le_bytes()[..3]);
            out.extend(&(part.len() as u32).to_le_bytes()[..3]);
            out.extend(packed);
        }
        out
    }

    #[test]
    fn a_record_of_more_than_16_mib_is_read_frame_by_frame() {
        let plain = text(LARGEST + 70_000);
        for magic in [*b"L4", *b"ZS"] {
            let packed = frames(magic, &plain, LARGEST);
            let mut out = Vec::new();
            Unpacker::default()
                .unpack(&packed, plain.len(), &mut out)
                .unwrap();
            assert!(out == plain);
        }
    }

    #[test]
    fn every_codec_unpacks_several_frames_and_refuses_damaged_ones() {
        let plain = text(50_000);
        for magic in [*b"ZL", *b"XZ", *b"L4", *b"ZS"] {
            let packed = frames(magic, &plain, 20_000);
            let mut unpacker = Unpacker::default();
            let mut out = vec![1; 60_000];
            unpacker.unpack(&packed, plain.len(), &mut out).unwrap();
            assert!(out == plain);
            let shorter = unpacker.unpack(&packed[..packed.len() - 1], plain.len(), &mut out);
            assert!(shorter.is_err());
            let longer = unpacker.unpack(&packed, plain.len() + 1, &mut out);
            assert!(longer.is_err());
            unpacker.unpack(&packed, plain.len(), &mut out).unwrap();
            assert!(out == plain);
        }
    }

    #[test]
    fn a_claimed_length_that_the_packed_bytes_cannot_hold_is_refused() {
        let mut packed = frames(*b"ZL", &text(100), 100);
        packed[6..9].copy_from_slice(&[255, 255, 255]);
        let mut out = Vec::new();
        let refused = Unpacker::default().unpack(&packed, LARGEST, &mut out);
        assert_eq!(
            refused.unwrap_err().0,
            "a packed record gives a wrong length"
        );
        assert!(out.is_empty());
    }

    #[test]
    fn the_old_codec_is_refused_by_name() {
        let packed = [b"CS\x08\x01\0\0\x01\0\0\0".as_slice()].concat();
        let refused = Unpacker::default().unpack(&packed, 1, &mut Vec::new());
        assert!(refused.unwrap_err().0.contains("`CS`"));
    }
}
