//! trigscape: a design-space explorer for collider triggers.
//!
//! A [`study`] (TOML) names a [`system`] (a workbook of detectors, processors and a root), [`events`]
//! (files or a generator) with a [`menu`] of paths, and the axes of a [`space`] of knobs. They are compiled into a [`plan`],
//! flat tables of plain numbers, which an [`engine`] evaluates point by point with the formulas of
//! [`merit`]. [`explore`] runs a design in blocks and leaves [`results`] on disk, from which
//! [`report`] draws. [`cli`] is the only part that prints; [`error`] is how everything fails.
//!
//! Imports point one way: cli -> report, explore -> results, engine -> plan -> merit, space -> menu,
//! system -> events -> study.

pub mod error;
mod quiet;
pub mod random;

pub mod study;

pub mod system;

pub mod events;

pub mod menu;

pub mod space;

pub mod plan;

pub mod merit;

pub mod engine;

pub mod optimize;

pub mod results;

pub mod explore;

pub mod report;

pub mod cli;

pub use error::{Error, Fault, Place, Result};
