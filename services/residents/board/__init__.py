"""The numbers of the board, kept as roll-ups by grid."""
