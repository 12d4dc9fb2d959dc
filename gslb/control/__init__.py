"""The control loops as steps that a clock drives: publish, judge, fail back."""
