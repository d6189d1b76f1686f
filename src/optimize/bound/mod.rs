//! Upper bounds of what any menu can reach within its budgets.
