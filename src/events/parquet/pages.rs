//! Pages of a column chunk that together hold no more values than the footer says.

use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};

/// A run-length encoded page of a few bytes can claim billions of values: they are counted before
/// they are decoded.
pub(super) struct Counted {
    pages: Box<dyn PageReader>,
    left: u64,
    /// Bytes of one value.
    width: usize,
}

impl Counted {
    pub fn new(pages: Box<dyn PageReader>, values: u64, width: usize) -> Self {
        Self {
            pages,
            left: values,
            width,
        }
    }

    fn count(&mut self, values: u64) -> Result<()> {
        self.left = self.left.checked_sub(values).ok_or_else(|| {
            ParquetError::General("its pages hold more values than the footer says".into())
        })?;
        Ok(())
    }
}

impl PageReader for Counted {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = checked(self.pages.get_next_page()?, self.width)?;
        if let Some(page) = &page
            && page.is_data_page()
        {
            self.count(u64::from(page.num_values()))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.pages.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        checked(self.pages.take_deferred_dictionary()?, self.width)
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

/// A dictionary holds the values that it claims: room for them is made before they are decoded.
fn checked(page: Option<Page>, width: usize) -> Result<Option<Page>> {
    if let Some(Page::DictionaryPage {
        buf, num_values, ..
    }) = &page
        && (*num_values as usize).saturating_mul(width) > buf.len()
    {
        return Err(ParquetError::General(
            "a dictionary claims more values than it holds".into(),
        ));
    }
    Ok(page)
}

impl Iterator for Counted {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
