"""The flat tables that workers map: their layout, writer and reader."""
