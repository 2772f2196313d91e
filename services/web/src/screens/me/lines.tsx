import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { GoTo } from '../../parts/go-to.tsx';
import { asSaid, dayText } from '../../parts/moment.tsx';
import { Money } from '../../parts/money.tsx';
import { usePrinted } from '../../parts/printed.ts';
import { Empty } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';
import type { Line, Statement } from './answers.ts';
import classes from './me.module.css';
import { Trace } from './trace.tsx';

/** Most lines that are in the page before somebody asks for the rest. */
const SHOWN = 15;

/** The lines of a statement by component; each opens its trace. Corrections name the period and the reason. */
export function Lines({
  statement,
  titles,
}: {
  readonly statement: Statement;
  /** Of components, in the order in which they are shown. */
  readonly titles: ReadonlyMap<string, string>;
}) {
  const { lines } = statement;
  if (lines.length === 0) {
    return (
      <Empty title="Nothing has been earned here yet">
        Deals that close in this period appear as soon as they are recorded. You can{' '}
        <GoTo to="/what-if">see what a deal would bring</GoTo>.
      </Empty>
    );
  }
  const earnings = Map.groupBy(
    lines.filter((line) => line.kind === 'earning'),
    ({ component }) => component,
  );
  const corrections = lines.filter((line) => line.kind === 'correction');
  const settled = lines.filter((line) => line.kind === 'settlement');
  return (
    <Stack>
      {inOrder([...earnings], [...titles.keys()]).map(([component, own]) => (
        <Section key={component} title={titles.get(component) ?? component} lines={own} statement={statement} />
      ))}
      <Section title="Corrections of earlier periods" lines={corrections} statement={statement} />
      <Section title="Draws, holds and payment" lines={settled} statement={statement} />
    </Stack>
  );
}

function inOrder(sections: readonly [string, readonly Line[]][], names: readonly string[]) {
  // What has no place among the others comes after them.
  const placeOf = ([component]: readonly [string, unknown]) =>
    (names.indexOf(component) + names.length + 1) % (names.length + 1);
  return sections.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function Section({
  title,
  lines,
  statement,
}: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly statement: Statement;
}) {
  const [isAll, showAll] = useState(false);
  const isPrinted = usePrinted();
  if (lines.length === 0) return null;
  const shown = isAll || isPrinted ? lines : lines.slice(0, SHOWN);
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Lines of ${title}`}>
      <Group justify="space-between" pb={6}>
        <Title order={3} size="h5">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {lines.length === 1 ? 'one line' : `${lines.length} lines`}
        </Text>
      </Group>
      {shown.map((line) => (
        <LineRow key={line.line} line={line} statement={statement} />
      ))}
      {shown.length === lines.length ? null : (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => showAll(true)} className={classes.noPrint}>
          Show all {lines.length} lines
        </Button>
      )}
    </Paper>
  );
}

function LineRow({ line, statement }: { readonly line: Line; readonly statement: Statement }) {
  const { currency, participant, period } = statement;
  const me = useMe();
  // What opens is put together when it is opened: a statement may have thousands of lines.
  const [isOpen, open] = useState(false);
  return (
    <details className={classes.line} onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <span>{nameOf(line)}</span>
        <Money amount={line.amount} currency={currency} signed={line.kind !== 'earning'} />
      </summary>
      {isOpen ? (
        <Stack gap="xs" className={classes.inside}>
          <Trace step={line.trace} />
          <Group gap="sm" className={classes.noPrint}>
            {(line.queries ?? []).map((query) => (
              <GoTo key={query} to={`/my-queries/${query}`} size="sm">
                Corrected by query {query}
              </GoTo>
            ))}
            {me.role === 'rep' || me.role === 'manager' ? (
              <GoTo to="/ask" search={{ participant, period, line: line.line }} size="sm">
                Ask about this line
              </GoTo>
            ) : null}
          </Group>
        </Stack>
      ) : null}
    </details>
  );
}

/** The deal as the trace says it, with the account and its amount: people know deals by those. */
function dealSaid({ trace }: Line): string | undefined {
  const says = trace.steps?.find(({ step }) => step === 'deal')?.says;
  return says === undefined ? undefined : asSaid(says.replace(/^Deal /, '').replace(/\.$/, ''));
}

/** The deal, and before it what else the line is than what the deal earned: held as a windfall, paid of one. */
function earningName(line: Extract<Line, { kind: 'earning' }>): string {
  const name = line.line.slice(line.component.length + 1);
  if (line.deal === null) return name.replaceAll('/', ' · ');
  const said =
    dealSaid(line) ?? (line.closedOn === null ? line.deal : `${line.deal}, closed ${dayText(line.closedOn)}`);
  return name === line.deal ? said : `${name.slice(0, name.lastIndexOf('/')).replaceAll('/', ' · ')} · ${said}`;
}

function nameOf(line: Line): string {
  switch (line.kind) {
    case 'earning':
      return earningName(line);
    case 'correction': {
      const of = `${line.period}, ${line.component}`;
      const says = asSaid(line.trace.says);
      return says.startsWith(of) ? `Correction of ${says}` : `Correction of ${of}: ${says}`;
    }
    case 'settlement':
      return asSaid(line.trace.says);
    default:
      return line satisfies never;
  }
}
