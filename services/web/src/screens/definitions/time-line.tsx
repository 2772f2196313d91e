import { Paper, Text, Title } from '@mantine/core';
import { GoTo } from '../../parts/go-to.tsx';
import { Instant } from '../../parts/moment.tsx';
import classes from './definitions.module.css';
import { placeOf, shortText } from './fields.tsx';
import { type DefinitionChange, type Kind, pathOf } from './kinds.ts';

/** How something that has no versions came to be what it is: what each change made of it, by whom and why, the newest first. */
export function TimeLine({
  kind,
  name,
  changes,
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly changes: readonly DefinitionChange[];
}) {
  if (changes.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="Time line">
      <Title order={2} size="h4" mb="xs">
        Time line
      </Title>
      <ol className={classes.versions}>
        {changes.toReversed().map(({ event, position, recordedAt, by, reason, fields }, at) => (
          <li key={event} data-chosen={at === 0 ? true : undefined}>
            <Text size="sm" fw={600}>
              <Instant at={recordedAt} />, by {by}
            </Text>
            {reason === null ? null : <Text size="sm">{reason}</Text>}
            <ul className={classes.clauses}>
              {fields.map(({ field, before, after }) => (
                <li key={field}>
                  {placeOf(field)}: {before === null ? null : <del>{shortText(before)}</del>}
                  {before === null || after === null ? null : ' → '}
                  {after === null ? null : <ins>{shortText(after)}</ins>}
                </li>
              ))}
            </ul>
            {at === 0 ? null : (
              <Text size="xs">
                <GoTo to={pathOf({ kind, name })} search={{ asOf: position }}>
                  As it was then
                </GoTo>
              </Text>
            )}
          </li>
        ))}
      </ol>
    </Paper>
  );
}
