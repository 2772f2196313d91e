import { Accordion, Text } from '@mantine/core';
import { useState } from 'react';
import { GoTo } from '../../parts/go-to.tsx';
import { usePrinted } from '../../parts/printed.ts';
import { Rows } from '../../parts/short-table.tsx';
import { capital } from '../../parts/words.ts';
import type { Pack } from './pack.ts';
import { Below, Part, Span } from './parts.tsx';

type Handed = Pack['definitions'][number];

/** What rules: every definition with its versions, why each came to be, what it changed, and which frozen periods rest on it. */
export function DefinitionsPart({ of }: { readonly of: Pack['definitions'] }) {
  const [open, show] = useState<string[]>([]);
  const isPrinted = usePrinted();
  return (
    <Part id="definitions" none="Nothing is defined." isEmpty={of.length === 0}>
      <Accordion transitionDuration={0} multiple order={3} value={isPrinted ? of.map(keyOf) : open} onChange={show}>
        {of.map((each) => (
          <Accordion.Item key={keyOf(each)} value={keyOf(each)}>
            <Accordion.Control>
              <Text size="sm" fw={600}>
                {each.title}
              </Text>
              <Text size="xs" c="dimmed">
                {capital(each.kind)}, {standing(each)}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Versions of={each} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Part>
  );
}

function keyOf({ kind, name }: Handed): string {
  return `${kind}/${name}`;
}

function standing({ inForce, versions, retiredFrom, kind, pays }: Handed): string {
  const version = inForce === null ? 'no version applies today' : `version ${inForce} of ${versions.length} applies`;
  const retired = retiredFrom === null ? '' : `, retired from ${retiredFrom}`;
  const paid = kind !== 'plan' ? '' : pays.length === 0 ? ', pays nobody today' : `, pays ${pays.join(', ')}`;
  return `${version}${retired}${paid}`;
}

function Versions({ of: { kind, name, title, inForce, versions } }: { readonly of: Handed }) {
  return (
    <>
      <Text size="sm" mb={4}>
        <GoTo to={`/definitions/${kind}/${encodeURIComponent(name)}`}>The whole of it</GoTo>
      </Text>
      <Rows
        label={`Versions of ${title}`}
        head={[
          { title: 'Version', whole: true },
          { title: 'From', whole: true },
          'Why, and what it changed',
          'Asked for and approved by',
          'Frozen periods by it',
        ]}
        from={680}
        rows={versions.map((each) => [
          each.version === inForce ? `${each.version}, in force` : each.version,
          <Span key="f" from={each.from} until={each.to} />,
          <span key="w">
            {each.reason}
            {each.changes.map((change) => (
              <Below key={change}>{change}</Below>
            ))}
          </span>,
          [each.requestedBy, each.approvedBy].filter((who) => who !== null).join(', '),
          each.frozenWith.join(', ') || 'none yet',
        ])}
      />
    </>
  );
}

const POLICY: Readonly<Record<Pack['policies'][number]['what'], string>> = {
  approvals: 'Approval',
  delegation: 'In whose place',
  corrections: 'Corrections',
  'query clocks': 'Queries',
  rates: 'Exchange rates',
  replay: 'A replay',
};

/** How it is approved, corrected and answered: the rules of approval, who decides in whose place, how corrections are posted. */
export function RulesPart({ of }: { readonly of: Pack['policies'] }) {
  return (
    <Part
      id="rules"
      none="Nothing was set: finance approves, a request waits 14 days, and what is learned late is posted in full."
      isEmpty={of.length === 0}
    >
      <Rows
        label="Rules"
        head={['About', 'What', { title: 'Holds', whole: true }, 'Why, and by whom']}
        rows={of.map(({ what, says, from, until, reason, by }) => [
          POLICY[what],
          says,
          <Span key="f" from={from} until={until} />,
          <span key="w">
            {reason}
            {by === null ? null : <Below>{by}</Below>}
          </span>,
        ])}
      />
    </Part>
  );
}
