package dev.flint.cli.template;

/**
 * A template in its first cut.
 *
 * @param isAction whether the text is what stands between the braces
 * @param at where it begins, in characters from 1
 */
record Piece(boolean isAction, String text, int at) {}
