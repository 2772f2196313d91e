import { find, type Node, type Path } from './node.ts';
import type { Report } from './source.ts';

/** Fields that pay instead of a table. */
const INSTEAD = ['streak'] as const;

/** Whether a component pays by something other than bands; a table beside it would never be read. */
export function checkOtherwise(document: Node, path: Path, report: Report): boolean {
  const written = INSTEAD.filter((field) => find(document, [...path, field]) !== undefined);
  const [first] = written;
  if (first === undefined) return false;
  if (find(document, [...path, 'table']) !== undefined) {
    report('table_invalid', [...path, 'table'], `${first} pays instead of bands; keep one of them.`);
  }
  return true;
}
