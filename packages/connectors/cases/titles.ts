import type { CaseNodes } from '../definitions/index.ts';
import { textAt } from '../definitions/node.ts';
import type { FileProblem } from '../definitions/source.ts';
import type { Case } from './case.ts';

/** A case as it is called, and where it begins. */
type Titled = Pick<Case, 'title' | 'file' | 'line' | 'column'>;

/**
 * Cases that are called as one before them: of the one that fails nobody would know which it is. By the case that comes later, so that it
 * is told with it.
 */
export function titledTwice<C extends Titled>(cases: readonly C[]): ReadonlyMap<C, FileProblem> {
  const first = new Map<string, C>();
  const twice = new Map<C, FileProblem>();
  for (const each of cases) {
    const { title, file, line, column } = each;
    const before = first.get(title);
    if (before === undefined) {
      first.set(title, each);
      continue;
    }
    const place = before.file === file ? `line ${before.line}` : `${before.file}:${before.line}`;
    const message = `${file}:${line}:${column}: the case of ${place} has this title, too; call one of them otherwise.`;
    twice.set(each, { code: 'field_invalid', message, file, line, column });
  }
  return twice;
}

/** The cases that stand in a plan. */
export function titlesIn({ nodes, source }: CaseNodes): readonly Titled[] {
  return nodes.map((node) => ({ title: textAt(node, 'case') ?? '', file: source.name, ...source.placeOf(node.at) }));
}
