"""What an erased object leaves around its hole: a shadow, a rim."""
