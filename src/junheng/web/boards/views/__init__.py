"""Pages of the boards, by what they show."""
