const LETTER = String.raw`[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]`;
/** Words that are written from right to left, up to the last of them. */
const LEFTWARDS = new RegExp(String.raw`(${LETTER}(?:[^\p{sc=Latin}\p{Nd}\n]*${LETTER})?)`, 'u');

/**
 * A text in pieces, each of which is written in one direction. Whoever sets type turns words round one by one: those that are written
 * from right to left stay together, or the first of them would stand where the last one belongs.
 */
export function piecesOf(text: string): readonly string[] {
  return text
    .split(LEFTWARDS)
    .map((piece, index) => (index % 2 === 0 ? piece : piece.replaceAll(' ', '\u00a0')))
    .filter((piece) => piece !== '');
}
