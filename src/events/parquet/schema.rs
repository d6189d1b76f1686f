//! A Parquet schema in NanoAOD's terms.

use super::super::{Content, Kind};
use ::parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use ::parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

/// The branch's name: the path without the words that lists put between its parts.
///
/// `Jet_pt.list.element` is `Jet_pt`, and `Jet.list.element.pt` is `Jet_pt`.
pub(super) fn name(schema: &SchemaDescriptor, leaf: usize) -> String {
    let parts = schema.column(leaf).path().parts().to_vec();
    let mut kept: Vec<&str> = Vec::new();
    let mut node: &Type = schema.root_schema();
    let mut inside_list = 0;
    for part in &parts {
        let Some(next) = node
            .is_group()
            .then(|| node.get_fields().iter().find(|f| f.name() == part))
            .flatten()
        else {
            break;
        };
        if inside_list == 0 {
            kept.push(part);
        } else {
            inside_list -= 1;
        }
        if is_list(next) {
            // The repeated group and the element below it.
            inside_list = 2;
        }
        node = next;
    }
    kept.join("_")
}

fn is_list(node: &Type) -> bool {
    node.is_group()
        && (node.get_basic_info().converted_type() == ConvertedType::LIST
            || matches!(
                node.get_basic_info().logical_type_ref(),
                Some(LogicalType::List)
            ))
}

/// What a leaf column holds, in numbers.
pub(super) fn content(column: &ColumnDescriptor) -> Content {
    match (kind(column), column.max_rep_level()) {
        (Ok(kind), 0) => Content::Flat(kind),
        (Ok(kind), 1) => Content::Jagged(kind),
        (Ok(kind), _) => Content::Unreadable(format!("lists of lists of {kind}")),
        (Err(what), _) => Content::Unreadable(what),
    }
}

/// The kind of number, from the physical type and what the annotation makes of it.
pub(super) fn kind(column: &ColumnDescriptor) -> Result<Kind, String> {
    use ConvertedType as C;
    let annotated = |bits: i8, signed: bool| match (bits, signed) {
        (8, true) => Kind::I8,
        (8, false) => Kind::U8,
        (16, true) => Kind::I16,
        (16, false) => Kind::U16,
        (32, true) => Kind::I32,
        (32, false) => Kind::U32,
        (_, true) => Kind::I64,
        (_, false) => Kind::U64,
    };
    match (column.physical_type(), column.logical_type_ref()) {
        (Physical::BOOLEAN, _) => Ok(Kind::Bool),
        (Physical::FLOAT, _) => Ok(Kind::F32),
        (Physical::DOUBLE, _) => Ok(Kind::F64),
        (Physical::INT32 | Physical::INT64, Some(LogicalType::Integer(integer))) => {
            Ok(annotated(integer.bit_width, integer.is_signed))
        }
        (Physical::INT32 | Physical::INT64, Some(other)) => Err(match other {
            LogicalType::Decimal { .. } => "decimals",
            LogicalType::Date => "dates",
            LogicalType::Time { .. } => "times",
            LogicalType::Timestamp { .. } => "timestamps",
            _ => "annotated integers",
        }
        .to_owned()),
        (physical @ (Physical::INT32 | Physical::INT64), None) => match column.converted_type() {
            C::NONE if physical == Physical::INT32 => Ok(Kind::I32),
            C::NONE => Ok(Kind::I64),
            C::INT_8 => Ok(Kind::I8),
            C::INT_16 => Ok(Kind::I16),
            C::INT_32 => Ok(Kind::I32),
            C::INT_64 => Ok(Kind::I64),
            C::UINT_8 => Ok(Kind::U8),
            C::UINT_16 => Ok(Kind::U16),
            C::UINT_32 => Ok(Kind::U32),
            C::UINT_64 => Ok(Kind::U64),
            other => Err(other.to_string().to_lowercase()),
        },
        (Physical::BYTE_ARRAY, _) => Err("text".to_owned()),
        (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Float16)) => {
            Err("16-bit floats".to_owned())
        }
        (Physical::FIXED_LEN_BYTE_ARRAY, _) => Err("bytes".to_owned()),
        (Physical::INT96, _) => Err("timestamps (int96)".to_owned()),
    }
}
