import type { Definition } from './read.ts';
import type { FileProblem } from './source.ts';

interface Named {
  readonly name: string;
  readonly document: Definition;
  readonly line: number;
  readonly column: number;
}

/**
 * Documents that are defined together and would rule from the same day on: the later one would put the earlier one out of force before it
 * ever applied. So would another quota of one person for the same metric and year.
 */
export function twiceDefined(documents: readonly Definition[]): readonly FileProblem[] {
  const first = new Map<string, Named>();
  return documents.flatMap(namesOf).flatMap((named) => {
    const { name, document, line, column } = named;
    const before = first.get(name);
    if (before === undefined) first.set(name, named);
    // What is twice in one list is said by whoever reads the list.
    if (before === undefined || before.document === document) return [];
    const { file } = document.written;
    const other = before.document.written.file;
    const place = other === file ? `line ${before.line}` : `${other}:${before.line}`;
    const remedy = document.kind === 'quotas' ? '' : ', or give the later one another first day';
    const says = `${name} is defined in ${place}, too; keep one of them${remedy}.`;
    return [{ code: 'field_invalid', message: `${file}:${line}:${column}: ${says}`, file, line, column } as const];
  });
}

function namesOf(document: Definition): readonly Named[] {
  const whole = (name: string) => [{ name, document, line: document.written.line, column: 1 }];
  switch (document.kind) {
    case 'metric':
      return whole(`metric ${document.document.metric} from ${document.from}`);
    case 'plan':
      return whole(`plan ${document.document.plan} from ${document.from}`);
    case 'crediting':
      return whole(`crediting ${document.document.crediting} from ${document.from}`);
    case 'jurisdiction':
      return whole(`jurisdiction ${document.document.jurisdiction} from ${document.from}`);
    case 'quotas':
      return document.quotas.map(({ participant, metric, year }, index) => ({
        name: `quota of ${participant} for ${metric} in ${year}`,
        document,
        ...document.placeOf(`/quotas/${index}`),
      }));
    default:
      return [];
  }
}
