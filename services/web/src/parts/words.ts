/** A text as the beginning of a sentence. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** As much of a text as stands in a row: whole words, and what says that there are more. */
export function beginningOf(text: string, most = 140): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const cut = letters.slice(0, most).join('');
  const words = cut.replace(/\s+\S*$/, '');
  return `${words.length < cut.length / 2 ? cut : words} …`;
}
