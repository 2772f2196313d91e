/** A sentence about a definition: what is written in backticks in it is an expression of the definition itself. */
export function Sentence({ says }: { readonly says: string }) {
  return says
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part : <code key={`${part} ${says.indexOf(part)}`}>{part}</code>));
}
