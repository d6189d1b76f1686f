//! Drives the built program: what a user types, what comes back, what is left on disk.

mod axes;
mod bench;
mod book;
mod comparisons;
mod console;
mod diagnostics;
mod engines;
mod events;
mod figures;
mod kept;
mod menu_spaces;
mod menus;
mod optima;
mod optimum;
mod optimum_columns;
mod optimum_refused;
mod optimum_searches;
mod outputs;
mod prescales;
mod references;
mod results;
mod signals;
mod spaces;
mod studies;
mod workbooks;
