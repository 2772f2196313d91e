import type { CreditingDocument, CreditRule } from '@ledger/events';
import type { CreditingFile, RuleFile } from './crediting-schema.ts';
import { itemsAt, type Node, textAt } from './node.ts';
import type { Report } from './source.ts';

/** The rules as events carry them: the words of documents, and every default written out. */
export function creditingDocumentOf(file: CreditingFile): CreditingDocument {
  return {
    crediting: file.crediting,
    title: file.title,
    apply: file.apply,
    sourceCredits: file['source-credits'],
    rest: file.rest,
    territories: file.territories.map(({ territory, owner, from, to }) => ({ territory, owner, from, to: to ?? null })),
    rules: file.rules.map(ruleOf),
  };
}

function ruleOf(file: RuleFile): CreditRule {
  return {
    rule: file.rule,
    when: file.when,
    from: file.from ?? null,
    to: file.to ?? null,
    credits: recipientOf(file.credits),
    on: file.on,
    pool: file.pool,
    share: file.share,
    ifUnreachable: file['if-unreachable'],
  };
}

function recipientOf(said: RuleFile['credits']): CreditRule['credits'] {
  if (said === 'owner') return { by: 'owner' };
  if (said === 'manager') return { by: 'manager', level: 1 };
  if ('manager' in said) return { by: 'manager', level: Number(said.manager) };
  if ('participant' in said) return { by: 'participant', participant: said.participant };
  if ('attribute' in said) return { by: 'attribute', attribute: said.attribute };
  return { by: 'territory', attribute: said.territory };
}

/** What no single field shows: rules that are called the same, none at all. */
export function checkRules(document: Node, report: Report): void {
  const rules = itemsAt(document, 'rules');
  if (rules.length === 0 && document.kind === 'fields' && document.fields.has('rules')) {
    report('field_missing', ['rules'], 'must hold at least one rule.');
  }
  const seen = new Map<string, number>();
  rules.forEach((rule, index) => {
    const id = textAt(rule, 'rule');
    const before = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && before === undefined) seen.set(id, index);
    if (before !== undefined) {
      const says = `two rules are called ${id} (#${before + 1} too); give them different ids.`;
      report('field_invalid', ['rules', index, 'rule'], says);
    }
  });
}
