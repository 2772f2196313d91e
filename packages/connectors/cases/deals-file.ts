import { find, type Node } from '../definitions/node.ts';
import { type FileProblem, openSource } from '../definitions/source.ts';
import { isProblems, readYaml } from '../definitions/yaml.ts';
import type { Step } from './case.ts';
import { dealsTold, sharesOf } from './deals.ts';
import { parseStep, within } from './parse.ts';

/** A deal as somebody supposes it, in the words of worked cases. */
export type SupposedDeal = Omit<Extract<Step['action'], { readonly do: 'deal' }>, 'do'>;

/** How credit of a deal would be split, by shares of one. */
export interface SupposedSplit {
  readonly source: string;
  readonly deal: string;
  readonly shares: readonly { readonly participant: string; readonly share: string }[];
}

export type ReadSupposed =
  | { readonly ok: true; readonly deals: readonly SupposedDeal[]; readonly splits: readonly SupposedSplit[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Source of deals that name none: no deal of the ledger is meant by accident. */
const SOURCE = 'what-if';

/**
 * A list of deals, `- { deal: D-9, owner: ada, amount: 50000, closed: 2026-05-04 }`, and of splits, `- { split: crm.D-1, shares: { ada: 100% } }`,
 * YAML or (named `.json`) JSON.
 */
export function readSupposed(bytes: Uint8Array, name: string, currency: string): ReadSupposed {
  const source = openSource(bytes, name);
  if ('code' in source) return { ok: false, problems: [source] };
  const nodes = readYaml(source);
  if (isProblems(nodes)) return { ok: false, problems: nodes };
  const problems: FileProblem[] = [];
  const deals: SupposedDeal[] = [];
  const splits: SupposedSplit[] = [];
  const told = dealsTold(currency);
  for (const [index, node] of nodes.flatMap(itemsOf).entries()) {
    const place = within(source, [index]);
    const parsed = parseStep(node, place);
    if (!('word' in parsed)) {
      problems.push(...parsed);
      continue;
    }
    if (parsed.word === 'split') {
      const { split, shares } = parsed.file;
      splits.push({ ...told.keyOf(split), shares: sharesOf(shares) });
      continue;
    }
    if (parsed.word !== 'deal') {
      problems.push(
        place.problem('field_invalid', node.at, [], 'is no deal; begin it with deal: or split: and an id.'),
      );
      continue;
    }
    const { deal, on, note: _, by: _by, refused: _refused, ...file } = parsed.file;
    const closed = file.closed ?? on;
    if (closed === undefined) {
      problems.push(
        place.problem('field_missing', node.at, ['closed'], 'is missing. Say on which day the deal closes.'),
      );
    } else if (file.amount === undefined && (file.lines ?? []).length === 0) {
      const says = 'is missing. Write the amount of the deal, or its lines.';
      problems.push(place.problem('field_missing', node.at, ['amount'], says));
    } else {
      const { do: _do, ...terms } = told.tell(deal, { ...file, source: file.source ?? SOURCE }, closed);
      deals.push(terms);
    }
  }
  if (problems.length === 0 && deals.length === 0 && splits.length === 0) {
    problems.push(
      source.problem(
        'document_invalid',
        0,
        [],
        'holds no deal; write one as - { deal: D-9, owner: …, amount: …, closed: … }.',
      ),
    );
  }
  return problems.length === 0 ? { ok: true, deals, splits } : { ok: false, problems };
}

/** A list, a list under `given` or `deals`, or one deal. */
function itemsOf(node: Node): readonly Node[] {
  const list = node.kind === 'list' ? node : (find(node, ['given']) ?? find(node, ['deals']));
  return list === undefined ? [node] : list.kind === 'list' ? list.items : [list];
}
