import type { Definition } from './read.ts';
import type { FileProblem } from './source.ts';

/**
 * Documents that are defined together and would rule from the same day on: the later one would put the earlier one out of force before it
 * ever applied.
 */
export function twiceDefined(documents: readonly Definition[]): readonly FileProblem[] {
  const first = new Map<string, Definition>();
  return documents.flatMap((document) =>
    namesOf(document).flatMap((name) => {
      const before = first.get(name);
      if (before === undefined) first.set(name, document);
      if (before === undefined || before === document) return [];
      const { file, line } = document.written;
      const place =
        before.written.file === file ? `line ${before.written.line}` : `${before.written.file}:${before.written.line}`;
      const says = `${name} is defined in ${place}, too; keep one of them, or give the later one another first day.`;
      return [{ code: 'field_invalid', message: `${file}:${line}:1: ${says}`, file, line, column: 1 } as const];
    }),
  );
}

function namesOf(document: Definition): readonly string[] {
  switch (document.kind) {
    case 'metric':
      return [`metric ${document.document.metric} from ${document.from}`];
    case 'plan':
      return [`plan ${document.document.plan} from ${document.from}`];
    case 'crediting':
      return [`crediting ${document.document.crediting} from ${document.from}`];
    case 'jurisdiction':
      return [`jurisdiction ${document.document.jurisdiction} from ${document.from}`];
    default:
      return [];
  }
}
