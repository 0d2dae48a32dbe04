"""The commands of `wenbao`, one file for each group of them."""
